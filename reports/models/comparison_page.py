"""A comparison as the page and the files show it: six figures, a drawing, a table. None stands for a hidden number."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lib.durations import hours, in_hours
from lib.spreadsheets import Cell, Sheet
from reports.models.comparison import DIMENSIONS, Comparison
from reports.models.measures import Line
from reports.models.sheets import staff_header, staff_numbers
from reports.suppression import SMALLEST_SHOWN

HIDDEN = "•"
NOTHING = "–"
WIDTH, ROW, BAR, LABEL_Y, BAR_Y = 400, 38, 12, 13, 18  # units of the drawing
FULL = 320  # of the longest bar: its number stands beside it


# --- Words of one measure ---
def _number(value: int | None) -> str | None:
    return None if value is None else number_format(value)


def _hours(minutes: int | None) -> str | None:
    return None if minutes is None else in_hours(minutes)


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _of(part: int, whole: int) -> str:
    words = {"part": number_format(part), "whole": number_format(whole), "percent": _percent(part, whole)}
    return _("%(part)s of %(whole)s (%(percent)s%%)") % words


def _completion(pair: tuple[int, int] | None) -> str | None:
    return pair and (_of(*pair) if pair[1] else NOTHING)


def _mean(rating: tuple[int, int]) -> Decimal | None:
    """From five ratings on, to one decimal."""
    count, stars = rating
    return (Decimal(stars) / count).quantize(Decimal("0.1"), ROUND_HALF_UP) if count >= SMALLEST_SHOWN else None


def _stars(rating: tuple[int, int] | None) -> str | None:
    if rating is None:
        return None
    mean = _mean(rating)
    return NOTHING if mean is None else number_format(mean)


# --- The table ---
@dataclass(frozen=True)
class Seen:
    heading: str
    text: str | None
    sort: str  # as a number with a point
    note: str = ""


def headings(found: Comparison) -> list[str]:
    return [seen.heading for seen in cells(found.total, found)]


def cells(line: Line, found: Comparison) -> list[Seen]:
    completion, rating = line.completion or (0, 0), line.rating or (0, 0)
    return [
        _seen(pgettext("enrolled", "People"), _number(line.people), line.people),
        *([_staff(line)] if found.is_of_places else []),
        _seen(_("Hours"), _hours(line.minutes), line.minutes),
        _seen(pgettext("enrolments", "Completed"), _completion(line.completion), _percent(*completion)),
        _seen(_("Tutoring asked (hours)"), _hours(line.asked), line.asked),
        _seen(_("Tutoring given (hours)"), _hours(line.given), line.given),
        _seen(pgettext("issued", "Certificates"), _number(line.certificates), line.certificates),
        _seen(_("Satisfaction"), _stars(line.rating), _mean(rating) or 0),
    ]


def _seen(heading: str, text: str | None, sort: int | Decimal | None) -> Seen:
    return Seen(heading, text, str(-1 if text is None or sort is None else sort))


def _staff(line: Line) -> Seen:
    heading, of_staff = pgettext("people reached", "Of the staff"), line.of_staff
    if of_staff is None:
        return Seen(heading, None, "-1")
    if not of_staff.known:
        return Seen(heading, pgettext("staff", "not known") if of_staff.bodies else NOTHING, "-1")
    return Seen(heading, _of(of_staff.reached, of_staff.staff), f"{of_staff.share:.4f}", _known(line))


def _known(line: Line) -> str:
    counts = {"known": line.of_staff.known, "bodies": line.of_staff.bodies}
    return (
        ngettext("known for %(known)s body of %(bodies)s", "known for %(known)s bodies of %(bodies)s", counts["known"])
        % counts
    )


# --- The figures ---
@dataclass(frozen=True)
class Tile:
    label: str
    value: str | None
    of: str
    before: str


def tiles(found: Comparison) -> list[Tile]:
    line, before = found.total, found.before
    share = line.completion and f"{_percent(*line.completion)}%"
    made = line.completion and _("%(completed)s of %(made)s enrolments") % {
        "completed": number_format(line.completion[0]),
        "made": number_format(line.completion[1]),
    }
    given, asked = _hours(line.given), _hours(line.asked)
    return [
        _people_tile(found),
        Tile(_("Hours delivered"), _hours(line.minutes), "", _before(found, before.minutes, _hours(before.minutes))),
        Tile(_("Completion"), share, made or "", _completion_before(found)),
        Tile(
            _("Hours of tutoring given"),
            given,
            _("of %(hours)s asked") % {"hours": asked or HIDDEN},
            _tutoring_before(found),
        ),
        Tile(
            pgettext("issued", "Certificates"),
            _number(line.certificates),
            "",
            _before(found, before.certificates, _number(before.certificates)),
        ),
        _rating_tile(found),
    ]


def _people_tile(found: Comparison) -> Tile:
    line, before = found.total, found.before
    people = _before(found, before.people, _number(before.people))
    all_of_them = _("%(people)s people in all") % {"people": _number(line.people) or HIDDEN}
    words = f"{all_of_them}; {people}"
    label = _("People reached of the staff")
    if line.of_staff is None:
        return Tile(label, None, "", words)
    if not line.of_staff.known:
        return Tile(label, pgettext("staff", "not known"), "", words)
    pair = {"part": number_format(line.of_staff.reached), "whole": number_format(line.of_staff.staff)}
    return Tile(label, _("%(part)s of %(whole)s") % pair, _known(line), words)


def _rating_tile(found: Comparison) -> Tile:
    label, line, before = _("Satisfaction with tutoring"), found.total.rating, found.before.rating
    earlier = _before(found, before and before[0], _stars(before))
    if found.has_few_ratings:
        return Tile(label, NOTHING, _("fewer than five ratings"), earlier)
    if line is None:
        return Tile(label, None, "", earlier)
    if not line[0]:
        return Tile(label, NOTHING, _("no rating"), earlier)
    count = ngettext("of 5, mean of %(count)s rating", "of 5, mean of %(count)s ratings", line[0])
    return Tile(label, _stars(line), count % {"count": line[0]}, earlier)


def _completion_before(found: Comparison) -> str:
    pair = found.before.completion
    return _before(found, pair and pair[1], _completion(pair))


def _tutoring_before(found: Comparison) -> str:
    before = found.before
    if before.given is None or before.asked is None:
        return _before(found, None, None)
    words = _("%(given)s of %(asked)s") % {"given": in_hours(before.given), "asked": in_hours(before.asked)}
    return _before(found, before.given + before.asked, words)


def _before(found: Comparison, value: int | None, text: str | None) -> str:
    """What the same days of the year before had; nothing is told of them that was not there."""
    if value is None:
        text = _("of fewer than five people")
    elif not value:
        text = _("nothing")
    words = {"year": found.period.year - 1, "text": text}
    if found.period.is_current:
        return _("same period of %(year)s: %(text)s") % words
    return _("in %(year)s: %(text)s") % words


# --- The drawing ---
@dataclass(frozen=True)
class Bar:
    label: str
    text: str
    y: int
    width: int

    height = BAR

    @property
    def label_y(self) -> int:
        return self.y + LABEL_Y

    @property
    def bar_y(self) -> int:
        return self.y + BAR_Y

    @property
    def text_x(self) -> int:
        return self.width + 6

    @property
    def text_y(self) -> int:
        return self.bar_y + BAR - 2


@dataclass(frozen=True)
class Bars:
    bars: list[Bar]
    description: str

    width = WIDTH

    @property
    def has_any(self) -> bool:
        """Whether there is a bar to draw, or each is nought or hidden."""
        return any(bar.width for bar in self.bars)

    @property
    def height(self) -> int:
        return len(self.bars) * ROW


def hours_bars(found: Comparison) -> Bars:
    """The hours of each row; the table says the same and more."""
    longest = max((line.minutes or 0 for line in found.lines), default=0) or 1
    bars = [
        Bar(line.label, _hours(line.minutes) or HIDDEN, number * ROW, round(FULL * (line.minutes or 0) / longest))
        for number, line in enumerate(found.lines)
    ]
    rows = ", ".join(f"{line.label} {_hours(line.minutes) or _('hidden')}" for line in found.lines)
    return Bars(bars, _("Hours delivered: %(rows)s.") % {"rows": rows})


# --- The file ---
def sheet(found: Comparison) -> Sheet:
    """The table of the page, numbers as numbers."""
    period, title = found.period, _("Comparisons")
    notes = [
        (_("List"), title),
        (pgettext("comparison", "By"), str(DIMENSIONS[found.dimension])),
        (_("Year"), str(period.year)),
        (_("As at"), date_format(period.as_of, "SHORT_DATE_FORMAT")),
        (HIDDEN, _("hidden: fewer than five people, or a number from which so few could be worked out")),
    ]
    return Sheet(title, _header(found), _rows(found), notes)


def _header(found: Comparison) -> list[str]:
    return [
        str(DIMENSIONS[found.dimension]),
        _("People enrolled"),
        *(staff_header() if found.is_of_places else []),
        _("Hours"),
        _("Enrolments of the period"),
        _("of which completed"),
        _("Tutoring asked (hours)"),
        _("Tutoring given (hours)"),
        pgettext("issued", "Certificates"),
        _("Satisfaction (mean of at least five ratings)"),
    ]


def _rows(found: Comparison) -> Iterator[list[Cell]]:
    for line in [*found.lines, found.total]:
        staff = [HIDDEN] * len(staff_header()) if line.of_staff is None else staff_numbers(line.of_staff)
        completed, made = line.completion or (HIDDEN, HIDDEN)
        yield [
            line.label,
            _cell(line.people),
            *(staff if found.is_of_places else []),
            _hours_cell(line.minutes),
            made,
            completed,
            _hours_cell(line.asked),
            _hours_cell(line.given),
            _cell(line.certificates),
            HIDDEN if line.rating is None else _mean(line.rating),
        ]


def _cell(value: int | None) -> Cell:
    return HIDDEN if value is None else value


def _hours_cell(minutes: int | None) -> Cell:
    return HIDDEN if minutes is None else hours(minutes)
