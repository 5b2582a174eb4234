"""The public forms of the site."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.italia_forms import ItaliaForm


class SearchForm(ItaliaForm):
    q = forms.CharField(
        label=_("What to look for"),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class AccessibilityReportForm(ItaliaForm):
    text = forms.CharField(
        label=_("What did not work"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What was to be done, what happened instead; with a screen reader or the like: which one."),
    )
    page = forms.CharField(
        label=_("On which page"), max_length=250, required=False, help_text=_("The address or the title.")
    )
    mail = forms.EmailField(
        label=_("E-mail address for the answer"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Used for the answer only, which comes within 30 days."),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)  # people leave it empty, robots fill it in

    def is_from_robot(self) -> bool:
        return bool(self.cleaned_data["website"])
