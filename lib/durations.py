"""Minutes in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def in_words(minutes: int) -> str:
    """Return "1 hour and 30 minutes", "2 hours", "45 minutes" in the current language."""
    hours, rest = divmod(int(minutes), 60)
    hour_words = ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    minute_words = ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    if hours and rest:
        return _("%(hours)s and %(minutes)s") % {"hours": hour_words, "minutes": minute_words}
    return hour_words if hours else minute_words
