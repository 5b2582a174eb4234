import re
from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from lib.point_map import Place, PointMap, Projection, path, walk, walk_order

points = st.lists(st.tuples(st.integers(0, 640), st.integers(0, 600)), max_size=60)
places = st.lists(
    st.builds(
        Place,
        name=st.text("abc ", min_size=1, max_size=8),
        latitude=st.floats(44.6, 46.7),
        longitude=st.floats(8.4, 11.5),
        group=st.sampled_from([None, 1, 2, 3]),
    ),
    max_size=40,
)


def read(d: str) -> list[tuple[int, int]]:
    """What the browser draws, and what static/js/map.js reads back."""
    found, x, y = [], 0, 0
    for move, dx, dy in re.findall(r"([Mm])(-?\d+) ?(-?\d+)h0", d):
        x, y = (int(dx), int(dy)) if move == "M" else (x + int(dx), y + int(dy))
        found.append((x, y))
    return found


def test_path_is_absolute_then_relative():
    assert path([(12, 30), (16, 23), (16, 23)]) == "M12 30h0m4-7h0m0 0h0"


def test_path_of_nothing_is_empty():
    assert path([]) == ""


@given(points)
def test_path_reads_back_as_the_same_points(points):
    assert read(path(points)) == points


@given(points)
def test_walk_visits_every_point_once_and_always_the_nearest_left(points):
    order = walk_order(points)

    assert sorted(order) == list(range(len(points)))
    for step in range(1, len(order)):
        here, left = points[order[step - 1]], order[step:]
        nearest = min(hypot(points[i][0] - here[0], points[i][1] - here[1]) for i in left)
        chosen = points[order[step]]
        assert hypot(chosen[0] - here[0], chosen[1] - here[1]) == nearest


def test_walk_begins_in_the_west():
    assert walk([(500, 10), (3, 300), (90, 40)])[0] == (3, 300)


def test_projection_keeps_the_proportions_of_the_land():
    west, north = Place("O", 45, 8), Place("N", 46, 9)

    projection = Projection.around([west, north])

    assert (projection.point(west), projection.point(north)) == (
        (12, 628),
        (444, 12),
    )  # at 45,5° one degree east is 0,70 north


@given(places)
def test_map_keeps_every_place_inside_the_drawing(places):
    drawing = PointMap.of(places)

    drawn = [*read(drawing.rest), *(point for group in drawing.groups for point in read(group.path))]
    assert len(drawn) == len(places)
    assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in drawn)


@given(places)
def test_map_names_stand_in_the_order_of_the_points(places):
    named = [p for p in places if p.group is not None]
    drawing = PointMap.of(places)

    found = [name for group in drawing.groups for name in group.names.split("|")]
    assert sorted(found) == sorted(p.name for p in named)
    assert [len(read(group.path)) for group in drawing.groups] == [group.count for group in drawing.groups]


def test_map_of_an_empty_territory_is_empty():
    drawing = PointMap.of([])

    assert (drawing.groups, drawing.rest, drawing.width) == ([], "", 640)


def test_map_finds_its_groups():
    drawing = PointMap.of([Place("Agra", 46.0, 8.7, 8), Place("Mede", 45.1, 8.7, 12), Place("Milano", 45.5, 9.2)])

    assert [group.key for group in drawing.groups] == [8, 12]
    assert drawing.group(12).names == "Mede"
    assert drawing.group(13) is None
