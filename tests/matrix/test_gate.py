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
CSRF_EXEMPT: set[str] = set()
PER_REQUEST = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
EVERYWHERE = ("anci", "editor")  # people whose reach has no area


def test_every_route_of_ours_is_named():
    assert [name for name in the_world.route_names() if name.startswith("unnamed: ")] == []


def test_every_name_has_a_row_and_every_row_a_name():
    names = {name for name, route in the_world.route_names().items() if not route.startswith("cms/")}
    rows = {row.name for row in the_world.ROWS}

    assert {"without a row": names - rows - set(the_world.PINNED), "without a route": rows - names} == {
        "without a row": set(),
        "without a route": set(),
    }


@pytest.fixture
def world(cast, db):
    return the_world.build(cast)


@pytest.fixture
def clients(world, client_for) -> dict[str, Client]:
    people = {name: client_for(getattr(world, name)) for name in PEOPLE if name != "anon"}
    clients = {"anon": Client(), **people}
    for client in clients.values():
        client.raise_request_exception = False
    return clients


@pytest.mark.parametrize("app", the_world.APPS)
def test_gate(app, world, clients):
    wrong = [line for row in the_world.PARTS[app].ROWS for line in breaches(row, app, world, clients)]

    assert wrong == [], "\n" + "\n".join(wrong)


@pytest.mark.parametrize("app", the_world.APPS)
def test_post_without_token_is_refused(app, world, client_for):
    rows = [row for row in the_world.PARTS[app].ROWS if "POST" in row.methods and row.name not in CSRF_EXEMPT]
    answers = {str(row): post_without_token(row, world, client_for) for row in rows}

    assert answers == dict.fromkeys(answers, 403)


def test_cms_is_hidden_from_everybody_else(world, clients):
    paths = sorted(filter(None, (cms_path(route) for route in the_world.route_names().values())))
    hidden = ("learner", "tutor", "referent", "coordinator")
    # What the CMS serves to its own pages before any login: translations of its scripts, and its health.
    found = {(path, who): outcome(send(clients[who], "GET", path)[0]) for path in paths for who in (*hidden, "anon")}

    assert len(paths) > 50
    assert {key for key, value in found.items() if key[1] != "anon" and value != NO} == set()
    assert {key for key, value in found.items() if key[1] == "anon" and value not in (LOGIN, NO)} == set()


def breaches(row: Row, app: str, world: SimpleNamespace, clients: dict[str, Client]) -> Iterator[str]:
    """Every way in which this row is not as promised, in words."""
    methods = {
        method for other in the_world.PARTS[app].ROWS if other.name == row.name for method in other.methods.split()
    }
    for person, client in clients.items():
        for which, kwargs, expected in cases(row, person, world):
            path = the_world.address(row, kwargs)
            bodies = {}
            for method in METHODS:
                if method in methods and method not in row.methods.split():
                    continue  # another row of the same name says who may do that
                response, writes = send(client, method, path, row.data(world) if method == "POST" else {})
                got, body = outcome(response), body_of(response)
                bodies[method] = body
                where = f"{row.name} {which} {path} {method} by {person}: "
                if not fits(got, method, expected, allowed=method in row.methods.split()):
                    yield f"{where}{got} (status {response.status_code}), expected {expected}"
                if writes and (method in SAFE or expected != YES):
                    yield f"{where}writes {', '.join(sorted(writes))}"
                if "CANARY_B" in body and person not in EVERYWHERE and not row.open_to_all:
                    yield f"{where}shows what belongs to the other area"
                if which == "missing":
                    twin = the_world.address(row, row.other(world)) if row.other else path
                    same = body_of(send(client, method, twin)[0]).replace(twin, "")
                    if expected == NO and got == NO and row.other and other_is(row, person) == NO:
                        if same != body.replace(path, ""):
                            yield f"{where}another answer than for a row of the other area"


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


def fits(got: str, method: str, expected: str, *, allowed: bool) -> bool:
    if allowed:
        return got == expected
    if method in ("HEAD", "OPTIONS"):  # answered by some views, refused by the others
        return got in {"405", expected, YES if method == "OPTIONS" and expected == YES else expected}
    return got in {"405", expected} if expected in (NO, LOGIN) else got == "405"


def outcome(response) -> str:
    if response.status_code == 404:
        return NO
    if 300 <= response.status_code < 400 and response.status_code != 304:
        return LOGIN if response["Location"].split("?")[0] == resolve_url(settings.LOGIN_URL) else YES
    return YES if 200 <= response.status_code < 300 else str(response.status_code)


def body_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    text = content.decode(errors="replace")
    return PER_REQUEST.sub("", text) + ("CANARY_B" if "CANARY_B" in headers else "")


def send(client: Client, method: str, path: str, data: dict | None = None):
    """Answer and written tables; whatever the request has written is taken back."""
    cache.clear()
    session = client.cookies.copy()
    with transaction.atomic(), written() as tables:
        response = client.generic(method, path) if method != "POST" else client.post(path, data or {})
        transaction.set_rollback(True)
    client.cookies = session
    return response, tables


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
