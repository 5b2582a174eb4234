from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from journal.models import MailRhythm
from journal.templatetags.audit import ACTIONS
from lib.italia_forms import ItaliaForm


class RhythmForm(ItaliaForm):
    """When the optional messages arrive."""

    every = forms.ChoiceField(
        label=_("By e-mail the optional messages arrive"),
        choices=[("", _("each one at once")), *MailRhythm.Every.choices],
        required=False,
        help_text=_("Reminders with an hour never wait. On the site all of them stand under Messages at once."),
    )


def kinds_of_activity() -> list[tuple[str, str]]:
    """Every action in words, in the order of the alphabet."""
    return [("", pgettext("filter", "All")), *sorted(((c, str(n)) for c, n in ACTIONS.items()), key=lambda row: row[1])]


class AuditFilterForm(ItaliaForm):
    """What the list of entries may be narrowed to; values that make no sense are left out."""

    q = forms.CharField(label=_("Person, object or reason"), required=False, max_length=100, strip=True)
    person = forms.CharField(label=_("Who did it (name or address)"), required=False, max_length=100, strip=True)
    action = forms.ChoiceField(label=_("Kind of activity"), required=False, choices=kinds_of_activity)
    since = forms.DateField(label=_("From the day"), required=False)
    until = forms.DateField(label=_("To the day"), required=False)

    def clean(self):
        since, until = (self.cleaned_data.get(name) for name in ("since", "until"))
        if since and until and since > until:
            self.add_error("until", forms.ValidationError(_("This day comes before the first one."), code="backwards"))
