from decimal import Decimal

import pytest
from django.utils import translation

from lib.durations import hours, in_hours, in_short, in_words


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, "0"), (3, "0.05"), (10, "0.17"), (45, "0.75"), (60, "1"), (90, "1.5"), (600, "10"), (1380, "23")],
)
def test_hours_have_two_decimals_at_most(minutes, expected):
    assert hours(minutes) == Decimal(expected)
    assert str(hours(minutes)) == expected


@pytest.mark.parametrize(("minutes", "text"), [(90, "1,5"), (60, "1"), (74_400, "1.240")])
def test_in_hours_is_italian(minutes, text):
    with translation.override("it"):
        assert in_hours(minutes) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 minuti"),
        (1, "1 minuto"),
        (12, "12 minuti"),
        (60, "1 ora"),
        (70, "1 ora e 10 minuti"),
        (121, "2 ore e 1 minuto"),
    ],
)
def test_in_words_reads_as_a_sentence(minutes, text):
    with translation.override("it"):
        assert in_words(minutes) == text


@pytest.mark.parametrize(("minutes", "text"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (142, "2 h 22 min")])
def test_in_short_is_exact(minutes, text):
    assert in_short(minutes).replace("\N{NO-BREAK SPACE}", " ") == text
