from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lib.spreadsheets import table_response
from reports import filters
from reports.models import people, piao, sheets, territory
from reports.models.period import Period
from reports.permissions import answered_bodies, coordinated_areas, for_coordinators


@require_GET
@for_coordinators
def overview_export(request):
    period = filters.period_of(request)
    rows = sheets.overview_rows(territory.overview(request.user.scope, period))
    return table_response(request, _file_name("territorio", period), _("Overview"), sheets.overview_header(), rows)


@require_GET
@for_coordinators
def area_export(request, slug):
    area = get_object_or_404(coordinated_areas(request.user.scope), slug=slug)
    period = filters.period_of(request)
    row = territory.area_row(area, period)
    employments = people.employments_by_body([body.body.pk for body in row.bodies], period)
    rows = sheets.area_rows(row, employments)
    return table_response(request, _file_name(area.slug, period), _("By body"), sheets.area_header(), rows)


@require_GET
def body_export(request, pk):
    body = get_object_or_404(answered_bodies(request.user.scope), pk=pk)
    period = filters.period_of(request)
    rows = sheets.body_rows(people.staff(body, request.user.scope, period))
    return table_response(request, _file_name(slugify(body.name), period), _("Staff"), sheets.body_header(), rows)


@require_GET
def piao_export(request, pk):
    """Section 3.3 of the body's PIAO."""
    body = get_object_or_404(answered_bodies(request.user.scope), pk=pk)
    period = filters.period_of(request)
    name, rows = _file_name(f"piao-3-3-{slugify(body.name)}", period), piao.piao_rows(piao.piao(body, period))
    return table_response(request, name, f"PIAO 3.3 {period.year}", piao.piao_header(), rows)


def _file_name(what: str, period: Period) -> str:
    """ "territorio-2026-al-2026-11-23": what, of which year, as it stood on which day."""
    return f"{what}-{period.year}-al-{period.today.isoformat()}"
