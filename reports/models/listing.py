"""The lists behind the numbers: the same rows that the overview adds up, one by one, on the screen and in files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Scope
from certificates.models import Certificate, TrainingRecord
from courses.models import CoursePage
from lib.durations import hours
from lib.spreadsheets import Cell
from reports.models import summary
from reports.models.choice import Choice
from reports.models.period import Period
from reports.models.tally import answered_for, enrolments_of, happened


def _day(value: datetime | None) -> date | None:
    return value and timezone.localdate(value)


def _label(labels: Mapping[str, Promise], value: str) -> str:
    return capfirst(labels.get(value, ""))


def _hours(minutes: int) -> Cell:
    return hours(minutes)


@dataclass(frozen=True)
class Column:
    """A field of the rows under a heading; `convert` makes a cell of its value."""

    heading: Promise
    path: str
    convert: Callable[[object], Cell] = lambda value: value
    is_number: bool = False


@dataclass(frozen=True)
class Listing:
    slug: str
    title: Promise
    columns: tuple[Column, ...]
    states: Mapping[str, Promise]  # the values of ?stato=
    select: Callable[[Choice, Q], QuerySet]
    minutes: str = ""  # the field whose sum the page tells
    summed: Mapping[str, str] = field(default_factory=dict)  # by state, the column of the summary with the same sum

    @property
    def header(self) -> list[str]:
        return [str(column.heading) for column in self.columns]

    def rows(self, scope: Scope, choice: Choice) -> QuerySet:
        """The rows within the reader's reach, the latest first."""
        return self.select(choice, answered_for(scope))

    def minutes_known(self, scope: Scope, choice: Choice) -> int | None:
        """The sum of a list of any length, where the summary has it; it knows no courses."""
        column = self.summed.get(choice.state)
        if column is None or choice.course_filter("course"):
            return None
        return summary.total(column, choice.period, answered_for(scope) & choice.place)

    def cells(self, rows: QuerySet, *, piecewise: bool = False) -> Iterator[tuple[list[Cell], int, int]]:
        """The cells of each row, with the keys of its person and body; a long list is read `piecewise`."""
        found = rows.values_list(*(column.path for column in self.columns), "user_id", "body_id")
        for *values, user_id, body_id in found.iterator(chunk_size=2_000) if piecewise else found:
            cells = [column.convert(value) for column, value in zip(self.columns, values, strict=True)]
            yield cells, user_id, body_id


def _enrolments(choice: Choice, rows: Q) -> QuerySet:
    period, course = choice.period, choice.course_filter("edition__course")
    found = enrolments_of(period, rows).filter(choice.place, course, happened(period.starts_at, period.ends_at))
    if choice.state == "completate":
        found = found.filter(completed_at__gte=period.starts_at, completed_at__lt=period.ends_at)
    elif choice.state == "aperte":
        found = found.open()
    return found.order_by("-enrolled_at", "-pk")


def _records(choice: Choice, rows: Q) -> QuerySet:
    found = TrainingRecord.objects.counted().in_year(choice.period.year).filter(rows, choice.place)
    found = found.filter(choice.course_filter("enrolment__edition__course"))
    if choice.state in KINDS:
        found = found.filter(kind=KINDS[choice.state][0])
    return found.order_by("-earned_on", "-pk")


def _certificates(choice: Choice, rows: Q) -> QuerySet:
    period: Period = choice.period
    issued = Q(issued_at__gte=period.starts_at, issued_at__lt=period.ends_at)
    found = Certificate.objects.standing().filter(rows, choice.place, issued)
    found = found.filter(choice.course_filter("enrolment__edition__course"))
    return found.filter(enrolment__employment__confirmed_at__isnull=False).order_by("-issued_at", "-pk")


KINDS = {
    "corsi": (TrainingRecord.Kind.COURSE, pgettext_lazy("hours of", "Courses")),
    "tutoraggio": (TrainingRecord.Kind.TUTORING, pgettext_lazy("hours of", "Tutoring")),
    "altrove": (TrainingRecord.Kind.EXTERNAL, pgettext_lazy("hours of", "Training elsewhere")),
}
THEMES = dict(CoursePage.Theme.choices)
PERSON = (
    Column(_("Last name"), "user__last_name"),
    Column(_("First name"), "user__first_name"),
    Column(_("Body"), "body__name"),
    Column(_("Inner area"), "area__name"),
)
COURSE = pgettext_lazy("certificate", "Course")
THEME = partial(_label, THEMES)
LISTINGS = {
    listing.slug: listing
    for listing in (
        Listing(
            "iscrizioni",
            _("Enrolments"),
            (
                *PERSON,
                Column(COURSE, "edition__course__title"),
                Column(_("Theme"), "edition__course__theme", THEME),
                Column(_("Enrolled on"), "enrolled_at", _day),
                Column(_("Due on"), "due_on"),
                Column(_("Completed on"), "completed_at", _day),
                Column(_("Hours"), "credit_minutes", _hours, is_number=True),
                Column(_("Minutes"), "credit_minutes", is_number=True),
            ),
            {"completate": pgettext_lazy("enrolments", "Completed"), "aperte": pgettext_lazy("enrolments", "Open")},
            _enrolments,
        ),
        Listing(
            "ore",
            _("Hours of training"),
            (
                *PERSON,
                Column(_("Title"), "title"),
                Column(_("Kind"), "kind", partial(_label, dict(TrainingRecord.Kind.choices))),
                Column(_("Theme"), "theme", THEME),
                Column(_("Day"), "earned_on"),
                Column(_("Hours"), "minutes", _hours, is_number=True),
                Column(_("Minutes"), "minutes", is_number=True),
            ),
            {slug: label for slug, (_kind, label) in KINDS.items()},
            _records,
            minutes="minutes",
            summed={"": "minutes", "tutoraggio": "tutoring_minutes"},
        ),
        Listing(
            "attestati",
            pgettext_lazy("issued", "Certificates"),
            (
                *PERSON,
                Column(pgettext_lazy("register", "Number"), "number"),
                Column(COURSE, "title"),
                Column(_("Issued on"), "issued_at", _day),
            ),
            {},
            _certificates,
        ),
    )
}
