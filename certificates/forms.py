"""Clean input for the register; nothing is written here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.italia_forms import ItaliaForm


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
