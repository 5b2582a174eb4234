"""Input about the territory: an uploaded list, a proposed body, the answer to a proposal."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from lib.italia_forms import ItaliaForm, ItaliaModelForm
from lib.sheet_rows import read_sheet
from territory.models import Area, PublicBody, StaffCount

MAX_BYTES, MAX_ROWS = 5_000_000, 100_000  # 35 indicators of 1,502 municipalities are 52,570 values
PROPOSABLE = PublicBody.Kind.choices


class SheetForm(ItaliaForm):
    file = forms.FileField(label=_("File (CSV or XLSX)"), widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}))

    def clean_file(self) -> list[dict[str, str]]:
        """The rows of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB: is it the right one?"), code="too_large")
        try:
            rows = read_sheet(upload.read(), most=MAX_ROWS + 1)
        except (ValueError, UnicodeError) as error:
            message = _("The file is neither a CSV nor a workbook: save the sheet as “CSV” and try again.")
            raise forms.ValidationError(message, code="not_a_sheet") from error
        if len(rows) > MAX_ROWS:
            message = _("The file has more than %(number)d rows: split it.") % {"number": MAX_ROWS}
            raise forms.ValidationError(message, code="too_long")
        return rows


class ProposalForm(ItaliaForm):
    kind = forms.ChoiceField(label=_("Kind of body"), choices=PROPOSABLE, initial=PublicBody.Kind.MOUNTAIN_COMMUNITY)
    name = forms.CharField(
        label=_("Full name of the body"),
        max_length=150,
        validators=[RegexValidator(r"^[^<>{}=@\x00-\x1f]+$", _("Write the name only."))],
        help_text=_("For a municipality only its name, without “Comune di”."),
    )
    province_code = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Code of the province"),
        help_text=_("Two letters, for example SO."),
        error_messages={"invalid": _("Two letters, for example SO.")},
    )
    area = forms.ModelChoiceField(
        Area.objects.all(), label=_("Inner area"), required=False, empty_label=_("None, or not known")
    )
    note = forms.CharField(label=_("What helps to decide"), max_length=300, required=False)


class MergeForm(ItaliaForm):
    codes = forms.CharField(
        label=_("ISTAT codes of the municipalities that end"),
        max_length=200,
        help_text=_("Six digits each, separated by spaces."),
    )
    into = forms.CharField(label=_("ISTAT code of the successor"), max_length=6)
    first_on = forms.DateField(label=_("First day of the successor"), widget=forms.DateInput)

    def clean_codes(self) -> list[PublicBody]:
        codes = self.cleaned_data["codes"].replace(",", " ").replace(";", " ").split()
        if not codes:
            raise forms.ValidationError(_("Write at least one ISTAT code."), code="no_code")
        return [_body_of(code) for code in dict.fromkeys(codes)]

    def clean_into(self) -> PublicBody:
        return _body_of(self.cleaned_data["into"])


def _body_of(code: str) -> PublicBody:
    body = PublicBody.objects.select_related("area").filter(istat_code=code.zfill(6)).first()
    if body is None:
        message = _("No municipality has the ISTAT code %(code)s.") % {"code": code[:20]}
        raise forms.ValidationError(message, code="unknown_code")
    return body


class MailDomainForm(ItaliaModelForm):
    class Meta:
        model = PublicBody
        fields = ["mail_domain"]
        help_texts = {  # the wording of the page: whoever fills it in sees what it does, and how to undo it
            "mail_domain": _(
                "What follows the @ in the addresses of the staff. Who signs up with such an address, and answers the "
                "mail sent there, is staff of the body at once. Empty: every employment is confirmed by hand."
            )
        }


class StaffCountForm(ItaliaModelForm):
    class Meta:
        model = StaffCount
        fields = ["people", "counted_on"]
        help_texts = {
            "people": _("Everybody who works at the body, whatever the contract; not only who is signed up here."),
            "counted_on": _("The number holds from this day until a later count."),
        }


class AcceptForm(ItaliaForm):
    """Coordinators choose among their areas; ANCI may also list a body outside the areas."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Inner area of the body"), empty_label=None)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        field, scope = self.fields["area"], actor.scope
        field.queryset = Area.objects.all() if scope.is_anci else Area.objects.filter(pk__in=scope.area_ids)
        if scope.is_anci:
            field.required, field.empty_label = False, _("Outside the areas")


class RefuseForm(ItaliaForm):
    reason = forms.CharField(label=_("Why it is not listed (the person reads it)"), max_length=300)
