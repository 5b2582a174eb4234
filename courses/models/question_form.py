"""The editor's forms of the bank: a question with its answers, and many of them as text."""

from decimal import Decimal
from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.gift import LABELS
from courses.scoring import ANY, Flaw, Kind, Option, flaws, read_number
from lib.archives import read_zip
from lib.csv_rows import decode

LARGEST_ZIP = 50_000_000

FLAWS = {
    Flaw.NO_TEXT: _("The question has no text."),
    Flaw.TOO_FEW: _("At least two answers are needed; for matching, two pairs with different right sides."),
    Flaw.EMPTY_ANSWER: _("An answer or a criterion is empty, or a criterion is worth nothing."),
    Flaw.NO_RIGHT: _("No answer is right: give one a share of 100."),
    Flaw.NOT_100: _("The positive shares add up to something else than 100."),
    Flaw.NO_GAP: _("The text needs exactly one gap of five low lines: _____."),
    Flaw.NOT_TWO: _("True or false has two answers, one worth 100 and one worth 0."),
    Flaw.NOT_A_NUMBER: _("One of the accepted answers is not a number."),
    Flaw.NO_MATCH: _("A pair lacks its right side."),
    Flaw.NO_RUBRIC: _("An open answer needs a rubric: at least one criterion."),
}


class QuestionForm(WagtailAdminModelForm):
    class Media:
        js = ["js/question_form.js"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "picture" in self.fields:  # Django lists the endings
            self.fields["picture"].error_messages["invalid_extension"] = _("A picture is a JPEG, PNG or WebP file.")

    def clean(self):
        cleaned = super().clean()
        answers = self.formsets["choices"]
        if not answers.is_valid() or "kind" not in cleaned:
            return cleaned
        kind = Kind(cleaned["kind"])
        stands = [form for form in answers.forms if form.has_changed() or form.instance.pk]
        rows = [form for form in stands if not form.cleaned_data.get("DELETE")]
        rows.sort(key=lambda form: form.cleaned_data.get("ORDER") or 0)
        for number, form in enumerate(rows):
            form.instance.text = form.cleaned_data["text"] = _canonical(kind, form.cleaned_data["text"], number)
        options = [_option(form.cleaned_data) for form in rows]
        for flaw in flaws(kind, cleaned.get("text", ""), options):
            self.add_error(None, ValidationError(FLAWS[flaw], code=flaw))
        return cleaned


def _canonical(kind: Kind, text: str, number: int) -> str:
    """Numbers as the bank keeps them; the two answers of a true/false question have fixed names."""
    if kind == Kind.TRUTH:
        return LABELS[min(number, 1)]
    if kind == Kind.NUMERIC and text != ANY and (value := read_number(text)) is not None:
        return f"{value.normalize():f}"
    return text


def _option(data: dict) -> Option:
    return Option(data["text"], data["share_percent"], data["feedback"], data["match"], Decimal(data["tolerance"] or 0))


class GiftImportForm(forms.Form):
    """For the CMS, in its own dress: a GIFT text, pasted or as a file."""

    source = forms.CharField(
        label=_("Questions in GIFT"), widget=forms.Textarea(attrs={"rows": 18}), max_length=2_000_000, required=False
    )
    file = forms.FileField(
        label=_("or a file"),
        required=False,
        help_text=_("Read in place of the text above. Questions with pictures come as a zip of text and pictures."),
    )
    prefix = forms.SlugField(
        label=_("Beginning of the codes"),
        max_length=15,
        initial="domanda",
        help_text=_("For questions that bring no code of their own: con-02 makes con-02-01, con-02-02, …"),
    )
    tags = forms.CharField(label=_("Tags for all of them"), max_length=300, required=False, help_text=_("With commas."))
    skips = forms.BooleanField(label=_("Leave out what cannot be read and store the rest"), required=False)

    def clean(self):
        cleaned = super().clean()
        if file := cleaned.get("file"):
            try:
                cleaned["source"], cleaned["pictures"] = _source_and_pictures(file)
            except ValueError:
                self.add_error("file", forms.ValidationError(_("This is not a text file."), code="no_text"))
        elif not cleaned.get("source"):
            self.add_error("source", forms.ValidationError(_("Paste the questions, or choose a file."), code="empty"))
        return cleaned

    def words(self) -> dict:
        """What the action takes."""
        tags = [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]
        words = {name: self.cleaned_data[name] for name in ("source", "prefix", "skips")}
        return words | {"tags": tags, "pictures": self.cleaned_data.get("pictures", {})}


def _source_and_pictures(file) -> tuple[str, dict[str, bytes]]:
    """The text of a file, or of the one text in a zip with the pictures beside it; ValueError when there is none."""
    if file.size > LARGEST_ZIP or not file.name.lower().endswith(".zip"):
        return decode(file.read(2_000_001)), {}
    files = read_zip(file)
    (text,) = (name for name in files if name.endswith((".gift", ".txt")))
    return decode(files.pop(text)), {PurePath(name).name: content for name, content in files.items()}
