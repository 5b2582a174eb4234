"""Find what is meant: "appalti" also finds "appaltanti", "io" does not find "formazione"."""

import re
from unicodedata import combining, normalize

SHORT = 3  # words up to so many letters are matched whole
STEM = 5  # a stem of so many letters stands for every word that begins with it


def matches(words: str, *texts: str) -> bool:
    """Whether every word, but for its ending, begins some word of the texts; no words match everything."""
    content = _plain(" ".join(texts))
    return all(re.search(_beginning(word), content) for word in re.findall(r"\w+", _plain(words)))


def _beginning(word: str) -> str:
    """A pattern for the word as typed so far, and for the other endings that Italian gives to its stem."""
    if len(word) <= SHORT:
        return rf"\b{word}\b"
    stem = word.rstrip("aeiou")
    if len(stem) < STEM:  # "conto" is "conti", and not "contratti"
        return rf"\b(?:{word}|{stem}\w{{0,2}}\b)"
    return rf"\b{stem}"


def _plain(text: str) -> str:
    """Lower case without accents."""
    return "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
