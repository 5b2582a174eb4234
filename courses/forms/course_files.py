"""A zip of course files from the CMS."""

import re

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage
from lib.archives import ArchiveError, read_zip

MOST_BYTES = 300_000_000
CODE = r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*"


class CourseImportForm(forms.Form):
    """For the CMS, in its own dress. The file is opened here: what comes out is its files by their names."""

    file = forms.FileField(label=_("zip file"))
    code = forms.CharField(
        label=_("Another code"),
        max_length=12,
        required=False,
        help_text=_("Empty: the code in the file. With a code, the address of the course is made of it."),
    )

    def clean_file(self) -> dict[str, bytes]:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 300 MB."), code="too_large")
        try:
            files = read_zip(file)
        except ArchiveError as broken:
            text = _("This is not a zip file that can be read, or it unpacks to too much.")
            raise forms.ValidationError(text, code="no_archive") from broken
        if "course.md" not in files:
            text = _("The zip has no course.md: it stands at the top of the zip, not in a folder.")
            raise forms.ValidationError(text, code="no_course")
        return files

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code and not re.fullmatch(CODE, code):
            raise forms.ValidationError(_("A code is made of letters, numbers and hyphens: GOV-03."), code="no_code")
        if code and CoursePage.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another course has this code."), code="code_taken")
        return code

    def changes(self) -> dict[str, str]:
        """What goes before the facts in the file."""
        code = self.cleaned_data["code"]
        return {"code": code, "slug": slugify(code)} if code else {}
