"""The rows and the objects of every app, put together."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix.row import Row

LOWEST_FIRST = ["territory", "accounts", "journal", "courses", "tutorship", "certificates", "reports", "cms", "outside"]
APPS = [app for app in LOWEST_FIRST if Path(__file__).with_name(f"{app}.py").exists()]
PARTS = {app: import_module(f"tests.matrix.{app}") for app in APPS}
ROWS: list[Row] = [row for part in PARTS.values() for row in part.ROWS]
PINNED: dict[str, str] = PARTS["outside"].PINNED


def build(cast: SimpleNamespace) -> SimpleNamespace:
    """Let each app add its objects, from the lowest to the highest, each under a name of its own."""
    given = set()
    for part in PARTS.values():
        new = part.world(cast) if hasattr(part, "world") else {}
        if taken := given & new.keys():
            raise ValueError(f"{part.__name__} gives {sorted(taken)} a second meaning")
        given |= new.keys()
        vars(cast).update(new)
    return cast


def address(row: Row, kwargs: dict) -> str:
    """The path of the row's route; the keyword "args" holds positional arguments."""
    return reverse(row.name, kwargs=kwargs) if not kwargs.get("args") else reverse(row.name, args=kwargs["args"])


def routes(
    resolver: URLResolver | None = None, namespace: str = "", below: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Name, route and pattern of every address; one without a name is called by its route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = below + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield (namespace + entry.name if entry.name else f"unnamed: {route}"), route, entry
        else:
            yield from routes(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, route)


ROUTES = {name: (route, pattern) for name, route, pattern in routes()}


def route_names() -> dict[str, str]:
    return {name: route for name, (route, _) in ROUTES.items()}


def is_csrf_exempt(name: str) -> bool:
    return getattr(ROUTES[name][1].callback, "csrf_exempt", False)
