import pytest

from lib.word_stems import matches

TITLE = "Contratti pubblici per stazioni appaltanti piccole"


@pytest.mark.parametrize("words", ["appalti", "contratto pubblico", "APPALTANTI", "piccoli", "", "per"])
def test_matches_whatever_the_ending_and_the_case(words):
    assert matches(words, TITLE)


@pytest.mark.parametrize(
    ("words", "text"), [("chiav", "Valchiavenna e Chiavenna"), ("conto", "i conti"), ("gare", "la gara")]
)
def test_matches_what_is_typed_so_far_and_short_words_in_the_plural(words, text):
    assert matches(words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        *[("io", "formazione"), ("appalti energia", TITLE), ("zioni", TITLE)],
        *[("chiav", "Linguaggio chiaro"), ("conto", TITLE)],
    ],
)
def test_matches_only_beginnings_and_every_word(words, text):
    assert not matches(words, text)


def test_matches_without_accents_and_over_several_texts():
    assert matches("mobilita valle", "Connettere la valle", "mobilità a chiamata")
    assert matches("IO e ANPR", "Cloud, PagoPA, IO e ANPR")
    assert matches(".*[", "qualsiasi testo")
