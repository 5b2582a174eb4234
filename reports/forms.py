"""Clean input for the pages of the coordination."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.italia_forms import ItaliaForm


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
