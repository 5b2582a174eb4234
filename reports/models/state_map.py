"""The municipalities of an overview as points on a map, one path for each of the five states."""

from dataclasses import dataclass

from django.core.cache import cache

from lib.point_map import WIDTH, Place, Projection, path, walk, walk_order
from reports.models.labels import REACH_LABELS
from reports.models.territory import AreaRow, BodyRow, Overview
from reports.reach import Reach
from territory.models import PublicBody

REST_SECONDS = 600  # the municipalities outside the areas hardly ever change
SPARSE = 100
REST_KEY = "reports.state_map.rest"


@dataclass(frozen=True)
class State:
    reach: Reach
    path: str
    count: int  # municipalities, also the ones whose position is not known


@dataclass(frozen=True)
class Dot:
    """One municipality as a point of its own: few enough to be named and opened."""

    body: PublicBody
    reach: Reach
    path: str

    @property
    def label(self) -> str:
        return REACH_LABELS[self.reach]


@dataclass(frozen=True)
class Shape:
    """One area of several: its municipalities in the order in which the arrow keys walk through them."""

    row: AreaRow
    path: str
    names: str  # "Chiavenna: in training|Gordona: …", one for each point


@dataclass(frozen=True)
class StateMap:
    width: int
    height: int
    rest: str
    states: list[State]
    dots: list[Dot]  # of a sparse map only
    shapes: list[Shape]  # of any other

    @property
    def is_sparse(self) -> bool:
        """Few points on a large drawing: they are drawn larger."""
        return bool(self.dots)


def state_map(overview: Overview, *, with_rest: bool) -> StateMap:
    """Draw the overview; `with_rest` adds the rest of Lombardy as faint points."""
    rest = _rest() if with_rest else []
    drawn = [place for row in overview.municipalities if (place := _place(row.body))]
    projection = Projection.around([*drawn, *rest])
    states = [State(reach, _path(rows, projection), len(rows)) for reach, rows in overview.by_reach.items()]
    is_sparse = not rest and len(overview.municipalities) < SPARSE
    dots = [_dot(row, projection) for row in overview.municipalities if row.body.latitude is not None]
    shapes = [] if is_sparse else [_shape(row, projection) for row in overview.areas]
    return StateMap(WIDTH, projection.height, _rest_path(rest, projection), states, dots if is_sparse else [], shapes)


def _shape(area: AreaRow, projection: Projection) -> Shape:
    rows = [row for row in area.municipalities if row.body.latitude is not None]
    points = [projection.point(_place(row.body)) for row in rows]
    order = walk_order(points)
    names = (f"{rows[i].body.name}: {REACH_LABELS[rows[i].reach]}" for i in order)
    return Shape(area, path([points[i] for i in order]), "|".join(names))


def _dot(row: BodyRow, projection: Projection) -> Dot:
    return Dot(row.body, row.reach, _path([row], projection))


def _rest() -> list[Place]:
    found = cache.get(REST_KEY)
    if found is None:
        bodies = PublicBody.objects.current().municipalities().filter(area=None, latitude__isnull=False)
        found = [Place(*row) for row in bodies.values_list("name", "latitude", "longitude")]
        cache.set(REST_KEY, found, REST_SECONDS)
    return found


def _rest_path(rest: list[Place], projection: Projection) -> str:
    key = f"{REST_KEY}.path.{len(rest)}.{projection.scale:.6f}.{projection.west:.4f}.{projection.north:.4f}"
    found = cache.get(key)
    if found is None:
        found = path(walk([projection.point(place) for place in rest]))
        cache.set(key, found, REST_SECONDS)
    return found


def _path(rows: list[BodyRow], projection: Projection) -> str:
    return path(walk([projection.point(place) for row in rows if (place := _place(row.body))]))


def _place(body: PublicBody) -> Place | None:
    return None if body.latitude is None else Place(body.name, body.latitude, body.longitude)
