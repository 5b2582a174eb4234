"""A file of staff and which of its columns holds what."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import staff_sheet
from accounts.staff_sheet import Problem
from lib.italia_forms import ItaliaForm

MAX_BYTES = 10_000_000
LABELS = {
    "email": _("E-mail address"),
    "last_name": _("Last name"),
    "first_name": _("First name"),
    "body_code": _("ISTAT code of the body"),
    "body": pgettext_lazy("column", "Name of the body"),
    "job_title": _("Job title"),
    "started_on": _("From"),
    "ended_on": _("Until"),
    "share_percent": _("Share of working time (%)"),
}
PROBLEMS = {
    Problem.NO_EMAIL: _("This is not an e-mail address."),
    Problem.NO_FIRST_NAME: _("The first name is missing or is not a name."),
    Problem.NO_LAST_NAME: _("The last name is missing or is not a name."),
    Problem.UNKNOWN_BODY: _("This body is not among the ones of your areas."),
    Problem.SEVERAL_BODIES: _("Several bodies have this name: add the province or use the ISTAT code."),
    Problem.TITLE: _("The job title is too long or holds signs that do not belong there."),
    Problem.NO_DAY: _("This is not a day such as 31/01/2026."),
    Problem.FUTURE: _("The first day is in the future."),
    Problem.BACKWARDS: _("The last day comes before the first."),
    Problem.NO_SHARE: _("The share is a number from 1 to 100."),
    Problem.REPEATED: _("The same person and body are already in the row of this number."),
    Problem.OTHER_NAME: _("The same address has another name in a row above."),
    Problem.OWN: _("One’s own employment is changed by somebody else."),
}


class StaffUploadForm(ItaliaForm):
    file = forms.FileField(
        label=_("File of the staff (CSV or XLSX)"), widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"})
    )

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB: is it the right one?"), code="too_large")
        return upload.read()


class StaffColumnsForm(ItaliaForm):
    """One choice for each fact; what the file does not hold stays empty."""

    def __init__(self, *args, columns: list[str], **kwargs):
        super().__init__(*args, initial=staff_sheet.guess(columns), **kwargs)
        for name, label in LABELS.items():
            is_needed = name in staff_sheet.REQUIRED
            choices = [(column, column) for column in columns]
            self.fields[name] = forms.ChoiceField(
                label=label, required=is_needed, choices=[("", _("not in the file")), *choices]
            )

    def clean(self):
        data = super().clean()
        if not self.errors and not (data["body"] or data["body_code"]):
            self.add_error("body", forms.ValidationError(_("Choose the column of the body."), code="no_body"))
        return data
