from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.scoring import (
    Counting,
    Flaw,
    Kind,
    Option,
    attempt_percent,
    clean,
    counting_percent,
    fitting,
    flaws,
    mean,
    question_percent,
    read_number,
    waiting,
)
from tests.courses.papers import LAX, QUESTIONS, RIGHT, THREE, WRONG, choice, question

AUTOMATIC = sorted(RIGHT)
ids = st.lists(st.integers(-2, 9), max_size=5)
anything = dict.fromkeys((Kind.ONE, Kind.SEVERAL, Kind.TRUTH, Kind.GAP), ids) | {
    Kind.MATCHING: st.dictionaries(st.sampled_from(["1", "2", "3", "9"]), st.integers(-1, 5)),
    Kind.SHORT: st.text(max_size=30),
    Kind.NUMERIC: st.text(max_size=30) | st.decimals(allow_nan=False, allow_infinity=False).map(str),
    Kind.OPEN: st.text(max_size=30),
}


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_a_right_answer_earns_all_and_a_wrong_one_nothing(kind):
    assert question_percent(QUESTIONS[kind], RIGHT[kind]) == 100
    assert question_percent(QUESTIONS[kind], WRONG[kind]) == 0
    assert question_percent(QUESTIONS[kind], None) == 0


@pytest.mark.parametrize("kind", AUTOMATIC)
@given(data=st.data())
def test_whatever_is_answered_earns_between_0_and_100(kind, data):
    said = data.draw(anything[kind])

    assert 0 <= question_percent(QUESTIONS[kind], said) <= 100


@pytest.mark.parametrize("kind", sorted(Kind))
@given(data=st.data())
def test_cleaning_keeps_the_worth_and_a_second_cleaning_changes_nothing(kind, data):
    said = data.draw(anything[kind])

    kept = clean(QUESTIONS[kind], said)

    assert clean(QUESTIONS[kind], kept) == kept
    assert question_percent(QUESTIONS[kind], kept) == question_percent(QUESTIONS[kind], said)


@pytest.mark.parametrize("kind", [Kind.ONE, Kind.TRUTH, Kind.GAP])
def test_two_choices_where_one_is_asked_are_no_answer(kind):
    assert question_percent(QUESTIONS[kind], [1, 2]) == 0
    assert clean(QUESTIONS[kind], [1, 2]) == []


def test_of_several_a_part_earns_a_part_and_ticking_everything_nothing():
    several = QUESTIONS[Kind.SEVERAL]

    assert [question_percent(several, said) for said in ([1], [1, 3], [1, 2, 3], [3])] == [50, 0, 50, 0]
    everything = question(Kind.SEVERAL, [choice(n, "x", share) for n, share in enumerate([50, 50, -50, -50])])
    assert question_percent(everything, [0, 1, 2, 3]) == 0


def test_three_right_answers_of_33_make_100():
    third = question(Kind.SEVERAL, [choice(n, "x", 33) for n in (1, 2, 3)])

    assert [question_percent(third, said) for said in ([1], [1, 2], [1, 2, 3])] == [
        Decimal("33.33"),
        Decimal("66.67"),
        Decimal(100),
    ]


def test_matching_earns_a_part_for_every_right_pair():
    assert question_percent(QUESTIONS[Kind.MATCHING], {"1": 2, "2": 1}) == 50


def test_a_nearly_right_choice_earns_its_share():
    half = question(Kind.ONE, [*THREE, choice(4, "Decreto", 50)])

    assert question_percent(half, [4]) == 50


@pytest.mark.parametrize(
    ("rules", "written", "percent"),
    [
        (LAX, "CITTÀ METROPOLITANA", 100),
        (LAX, "la città metropolitana", 40),
        (LAX | {"is_case_sensitive": True}, "CITTÀ METROPOLITANA", 0),
        (LAX | {"are_accents_significant": True}, "citta metropolitana", 40),
        (LAX, "città  metropolitana  ", 100),
    ],
)
def test_short_text_follows_its_rules_for_capitals_and_accents(rules, written, percent):
    assert question_percent(QUESTIONS[Kind.SHORT] | rules, written) == percent


@pytest.mark.parametrize(
    ("written", "percent"),
    [("140000", 100), ("140000,6", 0), ("139999.5", 100), ("140 000", 100), ("-140000", 0), ("tanti", 0), ("", 0)],
)
def test_a_number_is_right_within_its_tolerance(written, percent):
    assert question_percent(QUESTIONS[Kind.NUMERIC], written) == percent


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("140.000", "140000"),
        ("1.234.567,8", "1234567.8"),
        ("0.125", "0.125"),
        ("0,5", "0.5"),
        (",5", "0.5"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("+3", "3"),
        ("1'000 euro", "1000"),
        ("40%", "40"),
        ("12.50", "12.50"),
    ],
)
def test_numbers_are_read_as_they_are_written_in_italy(text, number):
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1,2,3", "1e5", "²", "٣", "NaN", "9" * 31, "--1"])
def test_what_is_no_number_is_none(text):
    assert read_number(text) is None


@given(st.integers(0, 10**12))
def test_thousands_may_be_separated_or_not(number):
    assert read_number(f"{number:,}".replace(",", ".")) == read_number(str(number)) == number


def test_comments_are_for_what_was_chosen_or_met():
    assert [hit["id"] for hit in fitting(QUESTIONS[Kind.SEVERAL], [1, 3])] == [1, 3]
    assert [hit["id"] for hit in fitting(QUESTIONS[Kind.NUMERIC], "3")] == [2]
    assert fitting(QUESTIONS[Kind.SHORT], "provincia") == []


# --- Attempts -------------------------------------------------------------------------------------------------------


def test_an_attempt_is_the_mean_of_its_questions_rounded_half_up():
    paper = [QUESTIONS[Kind.ONE] | {"id": number} for number in (1, 2, 3)]

    assert attempt_percent(paper, {1: [1], 2: [1]}, {}) == Decimal("66.67")
    assert mean([]) == 0


def test_an_open_answer_holds_the_score_until_it_is_marked():
    paper = [QUESTIONS[Kind.ONE] | {"id": 1}, QUESTIONS[Kind.OPEN] | {"id": 2}]
    said = {1: [1], 2: "Perché sì."}

    assert (attempt_percent(paper, said, {}), waiting(paper, said, {})) == (None, [2])
    assert attempt_percent(paper, said, {2: Decimal(60)}) == 80
    assert attempt_percent(paper, {1: [1]}, {}) == 50  # left empty, it waits for nobody


@given(st.lists(st.decimals(0, 100, places=2), min_size=1))
def test_the_counting_score_is_one_of_the_attempts_or_between_them(scores):
    assert counting_percent(Counting.BEST, scores) == max(scores)
    assert counting_percent(Counting.LAST, scores) == scores[-1]
    assert min(scores) <= counting_percent(Counting.AVERAGE, scores) <= max(scores)


def test_nothing_counts_before_the_first_attempt():
    assert [counting_percent(rule, []) for rule in Counting] == [None] * 3


# --- Soundness ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "options", "expected"),
    [
        (Kind.ONE, "", [Option("a", 100), Option("b")], [Flaw.NO_TEXT]),
        (Kind.ONE, "?", [Option("a", 100)], [Flaw.TOO_FEW]),
        (Kind.ONE, "?", [Option("a", 90), Option("b")], [Flaw.NO_RIGHT]),
        (Kind.SEVERAL, "?", [Option("a", 33), Option("b", 33), Option("c", 33)], []),
        (Kind.SEVERAL, "?", [Option("a", 60), Option("b", 60)], [Flaw.NOT_100]),
        (Kind.TRUTH, "?", [Option("Vero", 100), Option("Falso", 100)], [Flaw.NOT_TWO]),
        (Kind.GAP, "Senza spazio", [Option("a", 100), Option("b")], [Flaw.NO_GAP]),
        (Kind.MATCHING, "?", [Option("a", match="x"), Option("b", match="")], [Flaw.NO_MATCH]),
        (Kind.MATCHING, "?", [Option("a", match="x"), Option("b", match="x")], [Flaw.TOO_FEW]),
        (Kind.SHORT, "?", [Option("a", 50)], [Flaw.NO_RIGHT]),
        (Kind.NUMERIC, "?", [Option("molti", 100)], [Flaw.NOT_A_NUMBER]),
        (Kind.NUMERIC, "?", [Option("Infinity", 100)], [Flaw.NOT_A_NUMBER]),
        (Kind.OPEN, "?", [], [Flaw.NO_RUBRIC]),
        (Kind.OPEN, "?", [Option("a", 60), Option("b", 30)], [Flaw.NOT_100]),
    ],
)
def test_flaws_name_what_is_wrong(kind, text, options, expected):
    assert flaws(kind, text, options) == expected
