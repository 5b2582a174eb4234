from django import forms
from django.utils.translation import gettext_lazy as _

from lib.italia_forms import ItaliaForm


class AuditFilterForm(ItaliaForm):
    """What the list of entries may be narrowed to; values that make no sense are left out."""

    q = forms.CharField(label=_("Person, object or reason"), required=False, max_length=100, strip=True)
    since = forms.DateField(label=_("From the day"), required=False)
    until = forms.DateField(label=_("To the day"), required=False)
