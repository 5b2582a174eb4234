"""The permission gate: every address, every person, every method, compared with what was promised."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.shortcuts import resolve_url
from django.test import Client

from tests.matrix import world as the_world
from tests.matrix.row import LOGIN, NO, PEOPLE, YES, Row

SAFE = ("GET", "HEAD", "OPTIONS")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
WRITE = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+\"?(\w+)", re.IGNORECASE)
MAY_BE_WRITTEN = {"django_session", "wagtailimages_rendition"}  # by looking
CSRF_EXEMPT = {"set_language"}  # sets one cookie, so that the frame of a public page needs no token
PER_REQUEST = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
EVERYWHERE = ("anci", "editor")  # people whose reach has no area


def test_every_route_of_ours_is_named():
    assert [name for name in the_world.route_names() if name.startswith("unnamed: ") and " cms/" not in name] == []


def test_no_two_views_want_the_same_address():
    patterns = [pattern for name, pattern in the_world.route_names().items() if not name.startswith("unnamed: ")]

    assert sorted(pattern for pattern in set(patterns) if patterns.count(pattern) > 1) == []


def test_every_name_has_a_row_and_every_row_a_name():
    names = {name for name, route in the_world.route_names().items() if not route.startswith("cms/")}
    rows = {row.name for row in the_world.ROWS}

    assert {"without a row": names - rows - set(the_world.PINNED), "without a route": rows - names} == {
        "without a row": set(),
        "without a route": set(),
    }


def test_views_without_csrf_protection_are_the_pinned_ones():
    ours = {name for name, route in the_world.route_names().items() if not route.startswith("cms/")}

    assert {name for name in ours if the_world.is_csrf_exempt(name)} == CSRF_EXEMPT


@pytest.mark.parametrize("app", the_world.APPS)
def test_gate(app, world, clients):
    wrong = [line for row in the_world.PARTS[app].ROWS for line in breaches(row, app, world, clients)]

    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("app", the_world.APPS)
def test_post_without_token_is_refused(app, world, client_for):
    rows = [row for row in the_world.PARTS[app].ROWS if "POST" in row.methods]
    answers = {str(row): post_without_token(row, world, client_for) for row in rows}

    assert answers == dict.fromkeys(answers, 403)


def test_cms_is_hidden_from_everybody_else(world, clients):
    paths = sorted(filter(None, (cms_path(route) for route in the_world.route_names().values())))
    hidden = ("learner", "tutor", "referent", "coordinator")
    found = {(path, who): Answer(clients[who], "GET", path, {}).outcome for path in paths for who in (*hidden, "anon")}

    assert len(paths) > 50
    assert {key for key, value in found.items() if key[1] != "anon" and value != NO} == set()
    assert {key for key, value in found.items() if key[1] == "anon" and value not in (LOGIN, NO)} == set()


def breaches(row: Row, app: str, world: SimpleNamespace, clients: dict[str, Client]) -> Iterator[str]:
    """Every way in which this row is not as promised, in words."""
    own = row.methods.split()
    elsewhere = {
        method for twin in the_world.PARTS[app].ROWS if twin.name == row.name for method in twin.methods.split()
    }
    if "GET" in elsewhere and "GET" not in own:
        elsewhere |= set(SAFE)
    strangers = [method for method in METHODS if method not in own and method not in elsewhere]
    for person, client in clients.items():
        seen = {}
        for which, kwargs, expected in cases(row, person, world):
            path = the_world.address(row, kwargs)
            # The methods that the view does not know are refused before it looks for any object: once is enough.
            for method in [*own, *(strangers if which == "own" else ())]:
                answer = Answer(client, method, path, row.data(world) if method == "POST" else {})
                seen[which, method] = answer.text.replace(path, "")
                where = f"{row} {which} {method} {path} by {person}: "
                yield from (
                    where + breach for breach in answer.breaches(expected, method in own, is_ours=app != "outside")
                )
                if answer.has_canary and person not in EVERYWHERE and not row.open_to_all:
                    yield f"{where}shows what belongs to the other area"
        if row.other and row.missing is not None and other_is(row, person) == NO:
            yield from (
                f"{row} {method} by {person}: another answer for the other area than for nothing at all"
                for method in own
                if seen["other", method] != seen["missing", method]
            )


def cases(row: Row, person: str, world: SimpleNamespace) -> Iterator[tuple[str, dict, str]]:
    yield "own", row.kwargs(world), row.expected(person)
    if row.other:
        yield "other", row.other(world), other_is(row, person)
    if row.missing is not None:
        yield "missing", row.missing, LOGIN if row.expected(person) == LOGIN else NO


def other_is(row: Row, person: str) -> str:
    """What is of the other area opens for people of every area, and for everybody where it is public."""
    expected = row.expected(person)
    everywhere = person in EVERYWHERE or row.anon == YES or row.open_to_all
    return expected if everywhere or expected == LOGIN else NO


def close_files(response) -> None:
    """What `response.close()` does, without the signal that closes the database's connection too."""
    for close in response._resource_closers:
        close()


class Answer:
    """What came back, and which tables were written; the writing itself is taken back."""

    def __init__(self, client: Client, method: str, path: str, data: dict):
        cache.clear()
        cookies = client.cookies.copy()
        self.method = method
        with transaction.atomic(), written() as self.tables:
            self.response = client.post(path, data) if method == "POST" else client.generic(method, path)
            self.text = PER_REQUEST.sub("", body_of(self.response))
            close_files(self.response)
            transaction.set_rollback(True)
        client.cookies = cookies

    @property
    def outcome(self) -> str:
        status = self.response.status_code
        if status == 404:
            return NO
        if 300 <= status < 400 and status != 304:
            return LOGIN if self.response["Location"].split("?")[0] == resolve_url(settings.LOGIN_URL) else YES
        return YES if 200 <= status < 300 else str(status)

    @property
    def has_canary(self) -> bool:
        return "CANARY_B" in self.text or "CANARY_B" in str(self.response.headers)

    def breaches(self, expected: str, allowed: bool, *, is_ours: bool) -> Iterator[str]:
        if self.outcome not in self.acceptable(expected, allowed=allowed, is_ours=is_ours):
            reason = getattr(self.response, "exc_info", None) or ("", "")
            yield f"{self.outcome} ({self.response.status_code}) instead of {expected} {reason[1]!r:.200}"
        if self.tables and (self.method in SAFE or expected != YES or not allowed):
            yield f"writes {', '.join(sorted(self.tables))}"

    def acceptable(self, expected: str, *, allowed: bool, is_ours: bool) -> set[str]:
        if allowed:
            return {expected}
        if self.method == "OPTIONS" and not is_ours:
            return {"405", YES, expected}
        if self.method in SAFE or expected != YES or not is_ours:  # some views answer HEAD and OPTIONS
            return {"405", expected}
        return {"405"}


def body_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


@contextmanager
def written() -> Iterator[set[str]]:
    tables = set()

    def watch(execute, sql, params, many, context):
        found = WRITE.match(sql)
        if found and found[2] not in MAY_BE_WRITTEN:
            tables.add(found[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables


def post_without_token(row: Row, world: SimpleNamespace, client_for) -> int:
    person = next((name for name in PEOPLE if row.expected(name) == YES), "anon")
    client = (
        Client(enforce_csrf_checks=True)
        if person == "anon"
        else client_for(getattr(world, person), enforce_csrf_checks=True)
    )
    with transaction.atomic():
        response = client.post(the_world.address(row, row.kwargs(world)), row.data(world))
        transaction.set_rollback(True)
    return response.status_code


def cms_path(route: str) -> str | None:
    """A path of the CMS with plausible arguments, or None for a pattern that needs more thought."""
    if not route.startswith("cms/"):
        return None
    path = re.sub(r"<int:\w+>|<int\w*>", "1", route)
    path = re.sub(r"<\w+:\w+>|<\w+>", "x", path)
    return f"/{path}" if re.fullmatch(r"[\w/.-]*", path) else None
