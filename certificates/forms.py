"""Clean input for the register; nothing is written here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, Register
from courses.models import Edition
from lib.italia_forms import ItaliaForm
from territory.models import Area, PublicBody


class ArchiveForm(ItaliaForm):
    """Only what has certificates within the person's reach can be chosen; what is chosen together narrows."""

    ente = forms.ModelChoiceField(PublicBody.objects.none(), label=_("Body"), required=False)
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Inner area"), required=False)
    edizione = forms.ModelChoiceField(Edition.objects.none(), label=_("Course or edition"), required=False)
    anno = forms.TypedChoiceField(label=_("Year of issue"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        readable = Certificate.objects.answered_by(user).filter(state=Certificate.State.ISSUED).order_by()
        everything = _("all of them")
        for name, queryset in {
            "ente": PublicBody.objects.filter(pk__in=readable.values("body")),
            "area": Area.objects.filter(pk__in=readable.values("area")),
            "edizione": Edition.objects.filter(pk__in=readable.values("enrolment__edition")).select_related("course"),
        }.items():
            self.fields[name].queryset, self.fields[name].empty_label = queryset, everything
        years = Register.objects.filter(pk__in=readable.values("register")).values_list("year", flat=True).distinct()
        self.fields["anno"].choices = [("", everything), *((year, year) for year in sorted(years, reverse=True))]

    def chosen(self) -> dict[str, int | None]:
        """The keys of what was chosen, as the action takes them."""
        data = self.cleaned_data
        rows = {"body": data["ente"], "area": data["area"], "edition": data["edizione"]}
        return {name: row and row.pk for name, row in rows.items()} | {"year": data["anno"]}


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
