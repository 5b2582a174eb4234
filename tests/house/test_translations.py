"""Every English text has its Italian one: none missing, none fuzzy."""

import re
from io import BytesIO

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = settings.BASE_DIR
CATALOGUE = ROOT / "locale" / "it" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
ALIAS = re.compile(r"\b(n?p?gettext\w*) as (\w+)")
FOLDERS = [*settings.LOCAL_APPS, "config", "lib", "templates"]


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="it")


def used_messages():
    """(context, msgid, place) of every text in code and templates."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts and "data" not in path.parts:
                yield from messages_of(path)


def messages_of(path):
    text = path.read_text()
    # Template lines lose their indentation, which would stop Python's own tokenizer.
    source = text if path.suffix == ".py" else "\n".join(line.strip() for line in templatize(text).splitlines())
    keywords = KEYWORDS | {alias: KEYWORDS[name] for name, alias in ALIAS.findall(text) if name in KEYWORDS}
    for line, keyword, found, _ in extract_python(BytesIO(source.encode()), keywords, (), {"encoding": "utf-8"}):
        words = found if isinstance(found, tuple) else (found,)
        with_context = isinstance(keywords[keyword], tuple) and keywords[keyword][0] == (1, "c")
        context, msgid = (words[0], words[1]) if with_context else (None, words[0])
        if msgid:
            yield context, msgid, f"{path.relative_to(ROOT)}:{line}"


def test_every_text_is_translated(catalogue):
    missing = [
        f"{place}: {msgid!r}{f' ({context})' if context else ''}"
        for context, msgid, place in used_messages()
        if not is_translated(catalogue.get(msgid, context=context))
    ]

    assert not missing, f"{len(missing)} texts without Italian\n" + "\n".join(missing)


def is_translated(message) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


# Django's own sentence, replaced by a plain one that names neither the zone nor the raw date.
DJANGO_CLOCK_CHANGE = (
    "%(datetime)s couldn’t be interpreted in time zone %(current_timezone)s; it may be ambiguous or it may not exist."
)


def test_placeholders_are_kept(catalogue):
    wrong = [
        message.id
        for message in catalogue
        if message.id and not isinstance(message.id, tuple) and message.id != DJANGO_CLOCK_CHANGE
        if placeholders(message.id) != placeholders(message.string)
    ]

    assert wrong == []


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)\w|\{\w+\}", text))


def test_every_text_stands_once():
    entries = re.findall(r'((?:^msgctxt ".*"\n)?^msgid ".+")$', CATALOGUE.read_text(), re.MULTILINE)

    assert sorted(entry for entry in set(entries) if entries.count(entry) > 1) == []
