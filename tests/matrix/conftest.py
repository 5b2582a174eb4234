"""The world of the matrix and a client for everybody in it."""

import pytest
from django.test import Client

from tests.matrix import world as the_world
from tests.matrix.row import PEOPLE


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
