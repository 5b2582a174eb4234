"""The limit of queries: every page of the matrix, opened by everybody who may, its frame included."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.matrix import world as the_world
from tests.matrix.row import PEOPLE, YES, Row
from tests.matrix.test_gate import body_of, close_files

MOST = 15


@pytest.mark.parametrize("app", the_world.APPS)
def test_no_page_asks_the_database_too_often(app, world, clients):
    rows = [row for row in the_world.PARTS[app].ROWS if "GET" in row.methods.split()]
    counts = {
        f"{row} by {who}": queries_of(row, clients[who], world)
        for row in rows
        for who in PEOPLE
        if row.expected(who) == YES
    }

    assert {page: len(queries) for page, queries in counts.items() if len(queries) > MOST} == {}


def queries_of(row: Row, client: Client, world: SimpleNamespace) -> list[str]:
    """What the second visit asks: a process that has just begun loads settings and menus with its first."""
    path = the_world.address(row, row.kwargs(world))
    cache.clear()
    for _visit in range(2):
        with transaction.atomic():
            with CaptureQueriesContext(connection) as seen:
                response = client.get(path)
                body_of(response)
            close_files(response)
            transaction.set_rollback(True)
    return [query["sql"] for query in seen]
