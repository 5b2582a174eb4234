"""Clean input for the register; nothing is written here."""

from decimal import Decimal
from uuid import uuid4

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from accounts.models import Employment
from certificates.models import Certificate, Register
from certificates.models.external import LONGEST_MINUTES
from courses.models import CoursePage, Edition
from lib.file_kinds import JPEG, PDF, PNG, can_be_opened, file_kind
from lib.italia_forms import ItaliaForm
from territory.models import Area, PublicBody

PROOF_BYTES = 5_000_000
PROOFS = {PDF, JPEG, PNG}
QUARTER = Decimal("0.25")


class ArchiveForm(ItaliaForm):
    """Only what has certificates within the person's reach can be chosen; what is chosen together narrows."""

    ente = forms.ModelChoiceField(PublicBody.objects.none(), label=_("Body"), required=False)
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Inner area"), required=False)
    edizione = forms.ModelChoiceField(Edition.objects.none(), label=_("Course or edition"), required=False)
    anno = forms.TypedChoiceField(label=_("Year of issue"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        readable = Certificate.objects.answered_by(user).named().filter(state=Certificate.State.ISSUED).order_by()
        everything = _("all of them")
        for name, queryset in {
            "ente": PublicBody.objects.filter(pk__in=readable.values("body")),
            "area": Area.objects.filter(pk__in=readable.values("area")),
            "edizione": Edition.objects.filter(pk__in=readable.values("enrolment__edition")).select_related("course"),
        }.items():
            self.fields[name].queryset, self.fields[name].empty_label = queryset, everything
        years = Register.objects.filter(pk__in=readable.values("register")).order_by()
        numbers = sorted(set(years.values_list("year", flat=True)), reverse=True)  # a year has a register for each kind
        self.fields["anno"].choices = [("", everything), *((year, str(year)) for year in numbers)]

    def chosen(self) -> dict[str, int | None]:
        """The keys of what was chosen, as the action takes them."""
        data = self.cleaned_data
        rows = {"body": data["ente"], "area": data["area"], "edition": data["edizione"]}
        return {name: row and row.pk for name, row in rows.items()} | {"year": data["anno"]}


class ExternalForm(ItaliaForm):
    """What was done, where, when, for which of the own bodies, and its proof."""

    employment = forms.ModelChoiceField(
        Employment.objects.none(), label=_("For which body"), widget=forms.RadioSelect, empty_label=None
    )
    title = forms.CharField(label=_("Title of the course"), max_length=200)
    provider = forms.CharField(
        label=_("Who held it"), help_text=_("For instance: Syllabus, SNA, IFEL, the province."), max_length=150
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=[("", "…"), *CoursePage.Theme.choices])
    hours = forms.DecimalField(
        label=_("Hours on the certificate"),
        help_text=_("In quarters of an hour: 1,25 is an hour and a quarter."),
        min_value=QUARTER,
        max_value=LONGEST_MINUTES // 60,
        localize=True,
        error_messages={
            "min_value": _("A quarter of an hour at least: 0.25."),
            "max_value": _("At most %(limit_value)s hours."),
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    finished_on = forms.DateField(label=_("Day on which it was finished"))
    is_mandatory = forms.BooleanField(label=_("Required by law (safety, anticorruption, privacy …)"), required=False)
    proof = forms.FileField(
        label=_("Certificate or statement"), help_text=_("PDF, JPEG or PNG of at most 5 MB."), allow_empty_file=False
    )

    def __init__(self, *args, employments, **kwargs):
        super().__init__(*args, **kwargs)
        field, only = self.fields["employment"], list(employments)
        field.queryset = employments
        field.label_from_instance = lambda employment: str(employment.body)
        if len(only) == 1:
            field.widget, field.initial = forms.HiddenInput(), only[0].pk

    def clean_hours(self) -> Decimal:
        hours = self.cleaned_data["hours"]
        if hours % QUARTER:
            raise forms.ValidationError(_("Hours go by quarters: for instance 1.25 or 1.5."), code="step_size")
        return hours

    def clean_proof(self) -> ContentFile:
        """The bytes under a name of ours: what the file is shows from its beginning, never from its name."""
        upload = self.cleaned_data["proof"]
        if upload.size > PROOF_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB."), code="too_large")
        kind = file_kind(upload)
        if kind not in PROOFS:
            raise forms.ValidationError(_("This file is neither PDF nor JPEG nor PNG."), code="wrong_kind")
        if not can_be_opened(upload, kind):
            raise forms.ValidationError(
                _("This file cannot be opened: it is damaged, or asks for a password."), code="unreadable"
            )
        upload.seek(0)
        return ContentFile(upload.read(), name=f"{uuid4().hex}.{kind}")

    def facts(self) -> dict:
        """The arguments of `submit_external`."""
        facts = dict(self.cleaned_data)
        return facts | {"minutes": int(facts.pop("hours") * 60)}


class RefuseExternalForm(ItaliaForm):
    reason = forms.CharField(
        label=_("Why it is not approved"), help_text=_("The person reads it in the message."), max_length=300
    )


class StatementForm(ItaliaForm):
    """Which statement of which year; only years in which there are hours."""

    tipo = forms.ChoiceField(label=_("Statement"), choices=[])
    anno = forms.TypedChoiceField(label=_("Year"), coerce=int, choices=[])

    def __init__(self, *args, years, is_tutor: bool, **kwargs):
        super().__init__(*args, **kwargs)
        Kind = Register.Kind
        kinds = [Kind.YEAR, Kind.BOOKLET, Kind.TUTORING, *([Kind.TEACHING] if is_tutor else [])]
        self.fields["tipo"].choices = [(kind.value, str(kind.label).capitalize()) for kind in kinds]
        self.fields["anno"].choices = [(year, str(year)) for year in years]


class CorrectForm(ItaliaForm):
    reason = forms.CharField(
        label=_("What was wrong"),
        help_text=_("The person reads it in the message; the public page shows the date only."),
        max_length=1000,
        widget=forms.Textarea,
    )


class RevokeForm(ItaliaForm):
    reason = forms.CharField(
        label=_("Reason for the revocation"),
        help_text=_("The person reads it in the message; the public page shows the date only."),
        max_length=1000,
        widget=forms.Textarea,
    )
