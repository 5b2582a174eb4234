"""One row of the permission matrix: who may open which address with which method. Typed by hand from the promises."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

LOGIN = "login"  # a redirect to the login page
NO = "no"  # 404: it exists, but not for this person
YES = "yes"  # 200, or a redirect that is not the login page
PEOPLE = ("anon", "learner", "tutor", "referent", "coordinator", "anci", "editor")

Arguments = Callable[[SimpleNamespace], dict]


@dataclass(frozen=True)
class Row:
    """`kwargs` gives an object that the row's YES people may see, `other` its twin in area B, `missing` none at all.

    `methods` are the ones the view answers ("GET", "POST" or "GET POST"); every other one must be refused with 405.
    `data` is what a POST sends in the matrix; `open_to_all` marks rows whose objects have no owner.
    """

    name: str
    kwargs: Arguments = field(default=lambda world: {})
    other: Arguments | None = None
    missing: dict | None = None
    methods: str = "GET"
    data: Callable[[SimpleNamespace], dict] = field(default=lambda world: {})
    open_to_all: bool = False
    anon: str = LOGIN
    learner: str = NO
    tutor: str = NO
    referent: str = NO
    coordinator: str = NO
    anci: str = NO
    editor: str = NO

    def expected(self, person: str) -> str:
        return getattr(self, person)

    def __str__(self):
        return self.name
