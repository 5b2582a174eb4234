"""Minutes in words, and in hours for tables."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
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


def in_short(minutes: int) -> str:
    """Return "2 h 22 min", "3 h", "45 min": exact to the minute and short enough for a column of a table."""
    hours, rest = divmod(int(minutes), 60)
    words = [f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else ""]
    return "\N{NO-BREAK SPACE}".join(word.replace(" ", "\N{NO-BREAK SPACE}") for word in words if word)


def hours(minutes: int) -> Decimal:
    """Return 1.5 for 90: hours with at most two decimals, for spreadsheets and sums on the screen."""
    exact = (Decimal(int(minutes)) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Decimal(f"{exact:f}".rstrip("0").rstrip("."))


def in_hours(minutes: int) -> str:
    """Return "1,5" for 90 in the current language."""
    return number_format(hours(minutes), use_l10n=True)


def clock(seconds: int | None) -> str:
    """Return "4:05", "1:02:30": the length of a recording, as players show it."""
    minutes, rest = divmod(seconds or 0, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{rest:02}" if hour else f"{minute}:{rest:02}"
