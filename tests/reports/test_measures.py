"""A table of many measures: none of its hidden cells can be worked out from the total and what is visible."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reports.models.measures import Counts, shown, total
from reports.reach import OfStaff
from reports.suppression import SMALLEST_SHOWN, is_small

FEW = st.integers(0, 9)


@st.composite
def counts(draw) -> Counts:
    """A row as facts give it: minutes need people behind them, and what is completed was begun."""
    people = draw(FEW)
    behind = {name: draw(FEW) for name in ("learners", "askers", "tutored", "certificates", "ratings")}
    made = draw(FEW)
    reached = draw(st.integers(0, people))
    return Counts(
        people=people,
        of_staff=OfStaff(reached, 20, 1, 2),
        minutes=behind["learners"] * 60,
        asked=behind["askers"] * 30,
        given=behind["tutored"] * 30,
        made=made,
        completed=draw(st.integers(0, made)),
        stars=behind["ratings"] * 4,
        **behind,
    )


TABLES = st.lists(counts(), min_size=1, max_size=5)
MEASURES = {  # what a cell shows, and the people behind it
    "people": lambda row: row.people,
    "minutes": lambda row: row.learners,
    "completion": lambda row: row.completed,
    "asked": lambda row: row.askers,
    "given": lambda row: row.tutored,
    "certificates": lambda row: row.certificates,
    "rating": lambda row: row.ratings,
}


def table(rows: list[Counts], *, overlapping: bool, overlap: int):
    people = sum(row.people for row in rows)
    people = max([people - overlap, *(row.people for row in rows)]) if overlapping else people
    of_staff = sum((row.of_staff for row in rows), OfStaff())
    whole = total(rows, people=people, of_staff=of_staff, overlapping=overlapping)
    lines, last = shown([(place, "", row) for place, row in enumerate(rows)], whole, "", overlapping=overlapping)
    return whole, lines, last


@given(rows=TABLES, overlapping=st.booleans(), overlap=FEW)
def test_no_hidden_cell_can_be_worked_out(rows, overlapping, overlap):
    _whole, lines, last = table(rows, overlapping=overlapping, overlap=overlap)

    for name, behind in MEASURES.items():
        hidden = [behind(row) for row, line in zip(rows, lines, strict=True) if getattr(line, name) is None]
        assert not any(is_small(behind(row)) for row, line in zip(rows, lines, strict=True) if getattr(line, name))
        if getattr(last, name) is None or not any(hidden):
            continue
        told = [count for count in hidden if count]
        assert len(told) > 1
        assert (max(told) if overlapping else sum(told)) >= SMALLEST_SHOWN
        assert sum(told) > len(told)


@given(rows=TABLES, overlapping=st.booleans(), overlap=FEW)
def test_what_belongs_to_few_people_goes_with_them(rows, overlapping, overlap):
    _whole, lines, last = table(rows, overlapping=overlapping, overlap=overlap)

    for line in [*lines, last]:
        if line.people is None:
            assert {getattr(line, name) for name in [*MEASURES, "of_staff"]} == {None}


@given(rows=TABLES)
def test_the_people_beside_the_staff_tell_of_no_few_others(rows):
    """Neither of the bodies with a known staff, nor of the rest, in a row or in what is hidden of the total."""
    whole, lines, last = table(rows, overlapping=False, overlap=0)

    for row, line in [*zip(rows, lines, strict=True), (whole, last)]:
        if line.of_staff is not None:
            assert not is_small(row.of_staff.reached)
            assert not is_small(row.people - row.of_staff.reached)
    hidden = [row.of_staff.reached for row, line in zip(rows, lines, strict=True) if line.of_staff is None]
    if last.of_staff is not None and any(hidden):
        assert sum(hidden) >= SMALLEST_SHOWN
        assert len([count for count in hidden if count]) > 1


@given(rows=TABLES, overlapping=st.booleans())
def test_what_is_shown_is_true(rows, overlapping):
    whole, lines, last = table(rows, overlapping=overlapping, overlap=0)

    for row, line in [*zip(rows, lines, strict=True), (whole, last)]:
        facts = {"people": row.people, "minutes": row.minutes, "completion": (row.completed, row.made)}
        facts |= {"asked": row.asked, "given": row.given, "certificates": row.certificates, "of_staff": row.of_staff}
        assert {name: value for name in facts if (value := getattr(line, name)) is not None} == {
            name: value for name, value in facts.items() if getattr(line, name) is not None
        }


def test_where_everybody_is_many_nothing_is_hidden():
    row = Counts(10, OfStaff(10, 20, 1, 1), 600, 10, 10, 5, 60, 5, 60, 5, 5, 5, 20)

    _whole, lines, last = table([row, replace(row)], overlapping=False, overlap=0)

    assert [None in vars(line).values() for line in [*lines, last]] == [False, False, False]
