"""Clean input for the pages of the coordination."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from courses.models import CoursePage
from lib.choice_fields import KeysField
from lib.italia_forms import ItaliaForm
from reports.models.labels import WEAKNESS_LABELS
from territory.models import Objective, Pillar


class CallForm(ItaliaForm):
    tutor = forms.ModelChoiceField(None, label=_("Tutor"))
    due_on = forms.DateField(label=_("Call by"))
    note = forms.CharField(
        label=_("What it is about"), max_length=300, required=False, help_text=_("The tutor reads it in the message.")
    )

    def __init__(self, *args, tutors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tutor"].queryset = tutors


class CallOutcomeForm(ItaliaForm):
    outcome = forms.CharField(label=_("How it went"), max_length=500)


class FreezeForm(ItaliaForm):
    title = forms.CharField(
        label=_("Title"), max_length=150, help_text=_("For example: Report of the second half of the year.")
    )
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    areas = KeysField(
        None,
        label=_("Inner areas"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all the ones within reach."),
    )

    def __init__(self, *args, years, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["areas"].queryset = areas


class ListFilterForm(ItaliaForm):
    """The filters of a list, as its address has them; choosing is never wrong, so nothing is validated."""

    anno = forms.ChoiceField(label=_("Year"))
    area = forms.ChoiceField(label=_("Inner area"), required=False)
    stato = forms.ChoiceField(label=_("State"), required=False)
    tema = forms.ChoiceField(label=_("Theme"), required=False)
    pilastro = forms.ChoiceField(label=_("Pillar"), required=False)
    obiettivo = forms.ChoiceField(label=_("Objective"), required=False)

    def __init__(self, *, listing, choice, years, areas):
        super().__init__(
            initial={
                "anno": choice.period.year,
                "area": choice.area.slug if choice.area else "",
                "stato": choice.state,
                "tema": choice.theme,
                "pilastro": choice.pillar.number if choice.pillar else "",
                "obiettivo": choice.objective.code if choice.objective else "",
            }
        )
        all_of_them = ("", pgettext("filter", "All"))
        themes = [(value, str(label).capitalize()) for value, label in CoursePage.Theme.choices]
        self.fields["anno"].choices = [(year, str(year)) for year in years]
        self.fields["area"].choices = [all_of_them, *((area.slug, area.name) for area in areas)]
        self.fields["stato"].choices = [all_of_them, *listing.states.items()]
        self.fields["tema"].choices = [all_of_them, *themes]
        self.fields["pilastro"].choices = [all_of_them, *Pillar.objects.values_list("number", "name")]
        self.fields["obiettivo"].choices = [all_of_them, *Objective.objects.values_list("code", "text")]
        if not areas or choice.body:
            del self.fields["area"]
        if not listing.states:
            del self.fields["stato"]


class OfficeFilterForm(ItaliaForm):
    """The filters of the fragile offices, as the address has them; an unknown value is as good as none."""

    area = forms.ChoiceField(label=_("Inner area"), required=False)
    motivo = forms.ChoiceField(label=_("Reason"), required=False)
    tema = forms.ChoiceField(label=_("Theme"), required=False)

    def __init__(self, data, *, areas):
        super().__init__(initial={name: data.get(name, "") for name in self.base_fields})
        all_of_them = ("", pgettext("filter", "All"))
        self.fields["area"].choices = [all_of_them, *((area.slug, area.name) for area in areas)]
        self.fields["motivo"].choices = [all_of_them, *WEAKNESS_LABELS.items()]
        self.fields["tema"].choices = [all_of_them, *((key, capfirst(name)) for key, name in CoursePage.Theme.choices)]

    def chosen(self, name: str) -> str:
        """The value of a filter, or "" where it is none of the choices."""
        return self.initial[name] if self.initial[name] in dict(self.fields[name].choices) else ""

    def words(self, name: str) -> str:
        """What is chosen, as the page calls it; "" without a choice."""
        value = self.chosen(name)
        return str(dict(self.fields[name].choices)[value]) if value else ""
