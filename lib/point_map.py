"""Points on a map as few, short SVG paths: one `<path>` for each group, drawn with round line caps.

1,502 circles would be 67 kB; the same points as relative moves with zero-length lines ("M12 30h0m4-7h0") are 14.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

WIDTH = 640  # units of the drawing; integers are fine enough, a dot is six units wide
MARGIN = 12
CELL = 16  # side of the squares in which neighbours are looked for

XY = tuple[int, int]


@dataclass(frozen=True)
class Place:
    name: str
    latitude: float
    longitude: float
    group: Hashable | None = None  # None: one of the faint points around the groups


@dataclass(frozen=True)
class Group:
    key: Hashable
    path: str  # the value of the attribute `d`
    names: str  # "Agra|Brezzo di Bedero", in the order of the path
    count: int
    badge: XY  # where the number of the group stands


@dataclass(frozen=True)
class PointMap:
    width: int
    height: int
    rest: str
    groups: list[Group]

    @classmethod
    def of(cls, places: Iterable[Place]) -> PointMap:
        places = list(places)
        projection = Projection.around(places)
        groups = defaultdict(list)
        for place in places:
            groups[place.group].append((projection.point(place), place.name))
        rest = walk([point for point, _name in groups.pop(None, [])])
        drawn = [_group(key, members) for key, members in sorted(groups.items())]
        return cls(WIDTH, projection.height, path(rest), drawn)

    def group(self, key: Hashable) -> Group | None:
        return next((group for group in self.groups if group.key == key), None)


def _group(key: Hashable, members: list[tuple[XY, str]]) -> Group:
    points = [point for point, _name in members]
    order = walk_order(points)
    ordered = [points[i] for i in order]
    return Group(key, path(ordered), "|".join(members[i][1] for i in order), len(points), middle(points))


@dataclass(frozen=True)
class Projection:
    """Equirectangular, true to scale at the middle latitude: a degree of longitude is narrower than one of latitude.

    The drawing is never higher than wide: a few places one above the other would spread over thousands of units.
    """

    west: float
    north: float
    scale: float  # units for a degree of latitude
    narrowing: float
    height: int

    @classmethod
    def around(cls, places: Sequence[Place]) -> Projection:
        if not places:
            return cls(0, 0, 1, 1, 2 * MARGIN)
        latitudes, longitudes = [p.latitude for p in places], [p.longitude for p in places]
        north, south, west, east = max(latitudes), min(latitudes), min(longitudes), max(longitudes)
        narrowing = cos(radians((north + south) / 2))
        scale = (WIDTH - 2 * MARGIN) / max((east - west) * narrowing, north - south, 0.01)
        return cls(west, north, scale, narrowing, round((north - south) * scale) + 2 * MARGIN)

    def point(self, place: Place) -> XY:
        x = (place.longitude - self.west) * self.narrowing * self.scale
        return round(x) + MARGIN, round((self.north - place.latitude) * self.scale) + MARGIN


def path(points: Sequence[XY]) -> str:
    """The points as an absolute move and relative ones, each with a line of length zero."""
    if not points:
        return ""
    pieces, (x, y) = [f"M{points[0][0]} {points[0][1]}h0"], points[0]
    for next_x, next_y in points[1:]:
        dx, dy = next_x - x, next_y - y
        pieces.append(f"m{dx}{'' if dy < 0 else ' '}{dy}h0")
        x, y = next_x, next_y
    return "".join(pieces)


def middle(points: Sequence[XY]) -> XY:
    return round(sum(x for x, _ in points) / len(points)), round(sum(y for _, y in points) / len(points))


def walk(points: Sequence[XY]) -> list[XY]:
    return [points[i] for i in walk_order(points)]


def walk_order(points: Sequence[XY]) -> list[int]:
    """From the westernmost point always on to the nearest one left: short moves, and arrow keys that feel natural."""
    if not points:
        return []
    cells = defaultdict(list)
    for i, (x, y) in enumerate(points):
        cells[x // CELL, y // CELL].append(i)
    order = [min(range(len(points)), key=lambda i: (points[i], i))]
    _take(cells, points, order[0])
    while len(order) < len(points):
        order.append(_nearest(cells, points, points[order[-1]]))
        _take(cells, points, order[-1])
    return order


def _nearest(cells: dict, points: Sequence[XY], here: XY) -> int:
    """Look in growing rings of squares; a hit in ring r can only be beaten by one in ring r + 1."""
    column, row = here[0] // CELL, here[1] // CELL
    best, distance, ring = -1, float("inf"), 0
    while distance > (ring - 1) * CELL:
        for cell in _ring(column, row, ring):
            for i in cells.get(cell, ()):
                away = hypot(points[i][0] - here[0], points[i][1] - here[1])
                if (away, i) < (distance, best):
                    best, distance = i, away
        ring += 1
    return best


def _ring(column: int, row: int, r: int) -> Iterable[tuple[int, int]]:
    if r == 0:
        return [(column, row)]
    edge = range(-r, r + 1)
    sides = [(column + d, row + s) for d in edge for s in (-r, r)]
    return sides + [(column + s, row + d) for d in edge[1:-1] for s in (-r, r)]


def _take(cells: dict, points: Sequence[XY], i: int) -> None:
    x, y = points[i]
    cells[x // CELL, y // CELL].remove(i)
