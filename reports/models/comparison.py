"""The comparisons: the measures of a year by one dimension, beside the same days of the year before.

Hours of tutoring asked: appointments booked in the time and not cancelled, each as long as it is planned, and requests
and places in waiting lists of the time that found no appointment and were not withdrawn, each as long as its kind of
appointment. Each person of a group asks for the whole length, as each gets it in the hours given: these are the ones of
the training record. Every fact counts for the body and area of its time, and only for confirmed staff.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractMonth
from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Scope
from certificates.models import Certificate, TrainingRecord
from courses.models import CoursePage, Enrolment
from reports.models import summary
from reports.models.labels import SIZE_LABELS
from reports.models.measures import Counts, Line, shown, total
from reports.models.period import Period, midnight
from reports.models.snapshot import LIMITS, size_of
from reports.models.tally import coordinated, happened
from reports.reach import OfStaff
from reports.suppression import is_small
from territory.models import Area, Objective, Pillar, PublicBody, StaffCount
from tutorship.models import Booking, Rating, SessionRequest, WaitingEntry

TUTORING = Q(kind=TrainingRecord.Kind.TUTORING)
STATE = WaitingEntry.State
DIMENSIONS: dict[str, Promise] = {  # the values of ?per=
    "area": gettext_lazy("Inner area"),
    "classe": gettext_lazy("Size of the municipality"),
    "tema": gettext_lazy("Theme"),
    "pilastro": gettext_lazy("Pillar"),
    "obiettivo": gettext_lazy("Objective"),
    "mese": gettext_lazy("Month"),
}
OF_PLACES = {"area", "classe"}  # each body stands in one row: its staff does too


@dataclass(frozen=True)
class Stretch:
    """Some days in a row, the last one included."""

    first_day: date
    last_day: date

    @property
    def starts_at(self) -> datetime:
        return midnight(self.first_day)

    @property
    def ends_at(self) -> datetime:
        return midnight(self.last_day + timedelta(days=1))

    def of(self, field: str) -> Q:
        """The moments of the stretch."""
        return Q(**{f"{field}__gte": self.starts_at, f"{field}__lt": self.ends_at})

    def of_day(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.first_day, f"{field}__lte": self.last_day})


def stretches(period: Period) -> tuple[Stretch, Stretch]:
    """The year, and the same days of the one before: up to the same day while the year runs."""
    day = period.as_of
    last = date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)
    return Stretch(period.first_day, period.last_day), Stretch(date(day.year - 1, 1, 1), last)


@dataclass(frozen=True)
class Facts:
    """Where a kind of fact has its place, day and course, and how it is counted in a stretch."""

    rows: Callable[[Q], QuerySet]
    at: str
    when: Callable[[Stretch], Q]
    measures: Callable[[Q, Stretch], Mapping[str, Combinable]]
    place: str = ""  # the way to area and body
    body: str = "body"
    theme: str = ""  # empty: the fact belongs to no course
    course: str = ""

    def key(self, dimension: str) -> Combinable:
        match dimension:
            case "area":
                return F(f"{self.place}area_id")
            case "classe":
                return _size(f"{self.place}{self.body}__")
            case "mese":
                return ExtractMonth(self.at)
            case "tema":
                return F(self.theme) if self.theme else Value("", CharField())
        course = {"pilastro": "pillar_id", "obiettivo": "objective_id"}[dimension]
        return F(f"{self.course}__{course}") if self.course else Value(None, IntegerField())


def _size(body: str) -> Case:
    """The class of a body's inhabitants, as `size_of` says it."""
    limits = [When(**{f"{body}population__lt": limit}, then=Value(str(limit))) for limit in LIMITS]
    others = When(~Q(**{f"{body}kind": PublicBody.Kind.MUNICIPALITY}), then=Value("others"))
    unknown = When(**{f"{body}population": None}, then=Value("unknown"))
    return Case(others, unknown, *limits, default=Value("more"), output_field=CharField())


def _of(model, rows: Q) -> QuerySet:
    return model.objects.filter(rows, employment__confirmed_at__isnull=False)


def _enrolled(stretch: Stretch) -> Q:
    kept = Q(left_at=None) | Q(left_at__gte=stretch.ends_at)
    return happened(stretch.starts_at, stretch.ends_at) & kept


def _count(when: Q, field: str = "pk") -> Count:
    return Count(field, distinct=field != "pk", filter=when)


def _enrolment_measures(when: Q, stretch: Stretch) -> dict[str, Combinable]:
    made = when & stretch.of("enrolled_at")
    completed = made & Q(completed_at__lt=stretch.ends_at)
    return {"people": _count(when, "user"), "made": _count(made), "completed": _count(completed)}


def _record_measures(when: Q, _stretch: Stretch) -> dict[str, Combinable]:
    return {
        "minutes": Sum("minutes", filter=when),
        "learners": _count(when, "user"),
        "given": Sum("minutes", filter=when & TUTORING),
        "tutored": _count(when & TUTORING, "user"),
    }


def _asked_measures(length: str | Combinable) -> Callable[[Q, Stretch], dict[str, Combinable]]:
    return lambda when, _stretch: {"asked": Sum(length, filter=when), "askers": _count(when, "learner")}


ENROLMENTS = Facts(
    lambda rows: _of(Enrolment, rows),
    "enrolled_at",
    _enrolled,
    _enrolment_measures,
    theme="edition__course__theme",
    course="edition__course",
)
FACTS = (
    ENROLMENTS,
    Facts(
        lambda rows: _of(TrainingRecord, rows),
        "earned_on",
        lambda stretch: stretch.of_day("earned_on"),
        _record_measures,
        theme="theme",
        course="enrolment__edition__course",
    ),
    Facts(
        lambda rows: Certificate.objects.standing().filter(rows, enrolment__employment__confirmed_at__isnull=False),
        "issued_at",
        lambda stretch: stretch.of("issued_at"),
        lambda when, _stretch: {"certificates": _count(when)},
        theme="enrolment__edition__course__theme",
        course="enrolment__edition__course",
    ),
    Facts(
        lambda rows: _of(Booking, rows).filter(cancelled_at=None),
        "booked_at",
        lambda stretch: stretch.of("booked_at"),
        _asked_measures(F("session__ends_at") - F("session__starts_at")),
    ),
    Facts(
        lambda rows: _of(SessionRequest, rows).filter(state__in=["open", "answered"]),
        "asked_at",
        lambda stretch: stretch.of("asked_at"),
        _asked_measures("service__length_minutes"),
    ),
    Facts(
        lambda rows: _of(WaitingEntry, rows).exclude(state__in=[STATE.BOOKED, STATE.WITHDRAWN]),
        "asked_at",
        lambda stretch: stretch.of("asked_at"),
        _asked_measures("service__length_minutes"),
        body="employment__body",
    ),
    Facts(
        lambda rows: Rating.objects.filter(_behind(rows), booking__employment__confirmed_at__isnull=False),
        "rated_at",
        lambda stretch: stretch.of("rated_at"),
        lambda when, _stretch: {"ratings": _count(when), "stars": Sum("stars", filter=when)},
        place="booking__",
    ),
)


def _behind(rows: Q) -> Q:
    """The same places, seen from a rating: what a person who was there says counts where the person worked."""
    return Q(*((f"booking__{name}", value) for name, value in rows.children))


@dataclass(frozen=True)
class Comparison:
    period: Period
    dimension: str
    lines: list[Line]
    total: Line
    before: Line  # all of it on the same days of the year before
    has_few_ratings: bool

    @property
    def is_of_places(self) -> bool:
        return self.dimension in OF_PLACES

    @property
    def has_hidden(self) -> bool:
        return any(None in vars(line).values() for line in [*self.lines, self.total, self.before])


def comparison(scope: Scope, period: Period, dimension: str) -> Comparison:
    """Count the coordinated areas: at most eleven queries, however many facts there are."""
    rows, both = coordinated(scope), stretches(period)
    found: tuple[defaultdict, defaultdict] = (defaultdict(Counts), defaultdict(Counts))
    for facts in FACTS:
        for key, number, name, value in _counted(facts, dimension, rows, both):
            found[number][key].add(name, value)
    now, before = found
    people, people_before, by_month = _different_people(rows, both)
    for month, number in by_month.items() if dimension == "mese" else ():
        now[month].people = number
    overlapping, of_staff = dimension not in OF_PLACES, _add_staff(now, period, scope, dimension)
    whole = total(now.values(), people=people, of_staff=of_staff, overlapping=overlapping)
    earlier = total(before.values(), people=people_before, of_staff=OfStaff(), overlapping=overlapping)
    labels = _labels(dimension, scope, period)
    listed = [(key, label, now.get(key, Counts())) for key, label, is_always in labels if is_always or key in now]
    lines, of_all = shown(listed, whole, _("Total"), overlapping=overlapping)
    _none, earlier_line = shown([("", "", earlier)], earlier, "", overlapping=False)
    return Comparison(period, dimension, lines, of_all, earlier_line, is_small(whole.ratings))


def _counted(
    facts: Facts, dimension: str, rows: Q, both: Iterable[Stretch]
) -> Iterable[tuple[Hashable, int, str, int]]:
    """One query: key of the row, number of the stretch, name of the measure, value."""
    names, within = {}, Q()
    for number, stretch in enumerate(both):
        when = facts.when(stretch)
        within |= when
        for name, measure in facts.measures(when, stretch).items():
            names[f"{name}_{number}"] = (number, name, measure)
    table = facts.rows(rows).filter(within).order_by().annotate(row=facts.key(dimension)).values("row")
    for values in table.annotate(**{column: measure for column, (_number, _name, measure) in names.items()}):
        for column, (number, name, _measure) in names.items():
            value = values[column] or 0
            yield values["row"], number, name, _in_minutes(value) if isinstance(value, timedelta) else value


def _in_minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def _different_people(rows: Q, both: Iterable[Stretch]) -> tuple[int, int, dict[Hashable, int]]:
    """In the whole of each stretch, and in each month of the first: who stands in two rows of a table counts once.

    By month an enrolment counts twice, where it begins and where it ends: no column of it tells its months.
    """
    now, before = both
    wanted = {"now": _enrolled(now), "before": _enrolled(before)}
    months = {str(month): happened(*_month(now, month)) & _enrolled(now) for month in range(1, 13)}
    enrolments = ENROLMENTS.rows(rows).filter(wanted["now"] | wanted["before"])
    found = enrolments.aggregate(**{f"in_{name}": _count(when, "user") for name, when in {**wanted, **months}.items()})
    return found.pop("in_now"), found.pop("in_before"), {int(name[3:]): people for name, people in found.items()}


def _month(year: Stretch, month: int) -> tuple[datetime, datetime]:
    first = date(year.first_day.year, month, 1)
    return midnight(first), midnight((first + timedelta(days=31)).replace(day=1))


def _add_staff(found: dict[Hashable, Counts], period: Period, scope: Scope, dimension: str) -> OfStaff:
    """Put the staff of each body into its row, where rows are made of bodies, and return the whole. Two queries."""
    area_ids, whole = summary.areas_of(scope), OfStaff()
    people = summary.people_by_body(period, area_ids)
    listed = Q(is_proposed=False, area__isnull=False) | Q(pk__in={body_id for _area, body_id in people})
    bodies = PublicBody.objects.filter(listed, Q(ceased_on=None) | Q(ceased_on__gt=period.as_of))
    bodies = bodies if area_ids is None else bodies.filter(area__in=area_ids)
    staff = Subquery(StaffCount.objects.of_body(on=period.as_of).values("people")[:1])
    for pk, area_id, kind, population, number in bodies.order_by().values_list(
        "pk", "area_id", "kind", "population", staff
    ):
        of_staff = OfStaff.of_body(people.get((area_id, pk), 0), number)
        whole += of_staff
        if dimension in OF_PLACES:
            is_sized = kind == PublicBody.Kind.MUNICIPALITY
            key = area_id if dimension == "area" else size_of(population) if is_sized else "others"
            found[key].of_staff += of_staff
    return whole


def _labels(dimension: str, scope: Scope, period: Period) -> list[tuple[Hashable, str, bool]]:
    """The rows of the table in their order: key, heading, whether it stands there without any fact too."""
    match dimension:
        case "area":
            areas = Area.objects.all() if scope.is_anci else Area.objects.filter(pk__in=scope.area_ids)
            rows, rest = [(area.pk, area.name) for area in areas], (None, _("Other bodies"))
        case "classe":
            sizes = [(key, capfirst(str(label))) for key, label in SIZE_LABELS.items()]
            return [(key, label, key not in {"unknown", "others"}) for key, label in sizes]
        case "tema":
            rows = [(theme.value, capfirst(str(theme.label))) for theme in CoursePage.Theme]
            rest = ("", _("Without a theme: tutoring, some training elsewhere"))
        case "mese":
            return [(month, capfirst(str(MONTHS[month])), True) for month in range(1, period.as_of.month + 1)]
        case _:
            model, name = (Pillar, "name") if dimension == "pilastro" else (Objective, "text")
            rows = [(row.pk, getattr(row, name)) for row in model.objects.all()]
            rest = (None, _("No course: tutoring, training elsewhere"))
    return [*((key, label, True) for key, label in rows), (*rest, False)]
