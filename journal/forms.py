from django import forms
from django.utils.translation import gettext_lazy as _

from journal.models import MailRhythm
from lib.italia_forms import ItaliaForm


class RhythmForm(ItaliaForm):
    """When the optional messages arrive."""

    every = forms.ChoiceField(
        label=_("By e-mail the optional messages arrive"),
        choices=[("", _("each one at once")), *MailRhythm.Every.choices],
        required=False,
        help_text=_("Reminders with an hour never wait. On the site all of them stand under Messages at once."),
    )


class AuditFilterForm(ItaliaForm):
    """What the list of entries may be narrowed to; values that make no sense are left out."""

    q = forms.CharField(label=_("Person, object or reason"), required=False, max_length=100, strip=True)
    since = forms.DateField(label=_("From the day"), required=False)
    until = forms.DateField(label=_("To the day"), required=False)
