"""The map of Lombardy's municipalities and the table beside it."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q, Sum

from lib.point_map import Place, PointMap
from territory.models import Area, PublicBody

MAP_SECONDS = 600  # a corrected import shows within ten minutes


@dataclass(frozen=True)
class AreasMap:
    """The drawing with the fact of each area beside its path."""

    drawing: PointMap
    areas: list[dict]


def areas_map() -> AreasMap:
    return cache.get_or_set("cms.areas-map", draw_areas, MAP_SECONDS)


def draw_areas() -> AreasMap:
    bodies = PublicBody.objects.current().municipalities().filter(latitude__isnull=False, longitude__isnull=False)
    rows = bodies.values_list("name", "latitude", "longitude", "area__number").order_by("name")
    drawing = PointMap.of(Place(*row) for row in rows)
    areas = {area.number: area for area in Area.objects.all()}
    return AreasMap(
        drawing,
        [
            {
                "number": group.key,
                "name": areas[group.key].name,
                "slug": areas[group.key].slug,
                "shape": group,
            }
            for group in drawing.groups
        ],
    )


def area_rows():
    """The areas with `municipality_count` and `population`."""
    municipalities = Q(bodies__kind=PublicBody.Kind.MUNICIPALITY, bodies__ceased_on=None, bodies__is_proposed=False)
    return Area.objects.annotate(
        municipality_count=Count("bodies", filter=municipalities),
        population=Sum("bodies__population", filter=municipalities),
    ).order_by("number")
