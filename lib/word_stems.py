"""Find what is meant: "appalti" also finds "appaltanti", "io" does not find "formazione"."""

import re
from unicodedata import combining, normalize

SHORT = 3  # words up to so many letters are matched whole


def matches(words: str, *texts: str) -> bool:
    """Whether every word, but for its ending, begins some word of the texts; no words match everything."""
    content = _plain(" ".join(texts))
    return all(re.search(_beginning(word), content) for word in re.findall(r"\w+", _plain(words)))


def _beginning(word: str) -> str:
    """A pattern for the word without its last letters, which Italian inflects."""
    if len(word) <= SHORT:
        return rf"\b{word}\b"
    return rf"\b{word[: max(4, len(word) - 2)]}"


def _plain(text: str) -> str:
    """Lower case without accents."""
    return "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
