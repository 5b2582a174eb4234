"""The four figures on top of the overview, each with what the last month added, in words."""

from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from lib.durations import hours, in_hours
from reports.models.period import Period
from reports.models.territory import Overview


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    change: str
    has_grown: bool
    of: str = ""  # "364 of 488"
    url: str = ""  # of the list behind it


def figures(overview: Overview, lists: dict[str, str] | None) -> list[Figure]:
    """`lists` are the addresses of the lists behind the numbers; on paper there are none."""
    lists = lists or dict.fromkeys(("people", "hours", "tutoring"), "")
    tally, period = overview.tally, overview.period
    new_people, new_appointments = tally.people - tally.earlier_people, tally.appointments - tally.earlier_appointments
    new_minutes = tally.minutes - tally.earlier_minutes
    return [
        _figure(
            _("Municipalities reached"), overview.reached, overview.newly_reached, period, len(overview.municipalities)
        ),
        _figure(_("People enrolled"), tally.people, new_people, period, url=lists["people"]),
        Figure(
            _("Hours, tutoring included"),
            in_hours(tally.minutes),
            change_words(in_hours(new_minutes), period, is_none=not hours(new_minutes)),
            bool(new_minutes),
            url=lists["hours"],
        ),
        _figure(_("Tutoring appointments held"), tally.appointments, new_appointments, period, url=lists["tutoring"]),
    ]


def _figure(label: str, value: int, new: int, period: Period, of: int | None = None, url: str = "") -> Figure:
    of_words = _("of %(total)s") % {"total": number_format(of)} if of is not None else ""
    change = change_words(number_format(new), period, is_none=not new)
    return Figure(label, number_format(value), change, bool(new), of_words, url)


def change_words(number: str, period: Period, *, is_none: bool) -> str:
    """What came in the month of the figures, against where they stood at the end of the month before."""
    if period.month_start == period.first_day:
        return _("none since the beginning of the year") if is_none else _("all of it in January")
    month = {"number": number, "month": date_format(period.month_before, "F")}
    return (_("as at the end of %(month)s") if is_none else _("%(number)s more than at the end of %(month)s")) % month
