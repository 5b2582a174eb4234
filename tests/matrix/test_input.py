"""No input whatever gives a 5xx: strange paths, strange parameters, far too many of them."""

import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.matrix import world as the_world
from tests.matrix.row import PEOPLE, YES, Row
from tests.matrix.test_gate import close_files

HUGE = "9" * 30
READ_PARAMETER = re.compile(r"""(?:GET|POST)(?:\.get(?:list)?\(|\[)["'](\w+)["']""")
VALUES = [
    "%00",
    "%FF%FE",
    HUGE,
    "-1",
    "",
    "%F0%9F%98%80",
    "%27%22%3E%3Cscript%3E",
    "9999-12-31",
    "0001-01-01",
    "a" * 5_000,
]


def read_parameters() -> list[str]:
    """Every parameter that a view of ours reads by name, and the usual ones of filters."""
    views = [path for app in settings.LOCAL_APPS for path in (settings.BASE_DIR / app).rglob("*.py")]
    named = {name for path in views for name in READ_PARAMETER.findall(path.read_text())}
    return sorted(named | {"q", "page", "area", "body", "state", "since", "until", "format", "sort"})


PARAMETERS = read_parameters()
TOO_MANY = {f"p{number}": "x" for number in range(1_001)}


@pytest.mark.parametrize("app", the_world.APPS)
def test_no_input_breaks_a_page(app, cast, client_for):
    world = the_world.build(cast)
    broken = [line for row in the_world.PARTS[app].ROWS for line in breakages(row, world, client_for)]

    assert not broken, "\n" + "\n".join(broken)


def breakages(row: Row, world: SimpleNamespace, client_for):
    client = client_of(row, world, client_for)
    path = the_world.address(row, row.kwargs(world))
    strange = [re.sub(r"\d+", HUGE, path), f"{path}%00", f"{path}%FF%FE/", f"{path}{'a' * 3_000}/"]
    questions = ["&".join(f"{name}={value}" for name in PARAMETERS) for value in VALUES]
    questions.append("&".join(f"{name}=x" for name in TOO_MANY))
    for target in [*strange, *(f"{path}?{question}" for question in questions)]:
        yield from failure(row, client, "GET", target)
    for data in ({}, TOO_MANY, *(dict.fromkeys(PARAMETERS, value) for value in ("\x00", HUGE, "é" * 3_000, "[]"))):
        yield from failure(row, client, "POST", path, data)


def client_of(row: Row, world: SimpleNamespace, client_for) -> Client:
    """Somebody who may see the page: only then does the view read its input."""
    person = next((name for name in reversed(PEOPLE) if row.expected(name) == YES), "anon")
    client = Client() if person == "anon" else client_for(getattr(world, person))
    client.raise_request_exception = False
    return client


def failure(row: Row, client: Client, method: str, path: str, data: dict | None = None):
    cache.clear()
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.generic(method, path) if method == "GET" else client.post(path, data)
        transaction.set_rollback(True)
    close_files(response)
    client.cookies = cookies
    if response.status_code >= 500 and response.status_code != 503:
        reason = getattr(response, "exc_info", None) or ("", "")
        yield f"{row} {method} {path[:120]} {str(data)[:80]}: {response.status_code} {reason[1]!r:.300}"
