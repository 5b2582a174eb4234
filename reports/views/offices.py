from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from lib.spreadsheets import wanted_format
from reports.actions.export import FORMATS
from reports.forms import OfficeFilterForm
from reports.models.follow_up import notes_of, office_sheet
from reports.models.labels import WEAKNESS_LABELS
from reports.models.offices import fragile_offices, office_rows
from reports.permissions import coordinated_areas, for_coordinators
from reports.views.files import sheet_response

PAGE_SIZE = 50


def _filters(request) -> tuple[OfficeFilterForm, dict]:
    """The filters of the address; an area outside the reach is a 404, another value that makes no sense is none."""
    slug, areas = request.GET.get("area", ""), coordinated_areas(request.user.scope)
    area = get_object_or_404(areas, slug=slug) if slug else None
    form = OfficeFilterForm(request.GET, areas=areas)
    return form, {"area": area, "theme": form.chosen("tema"), "weakness": form.chosen("motivo")}


def _offices(request, chosen: dict):
    place = {"area_id": chosen["area"] and chosen["area"].pk}
    filters = {"theme": chosen["theme"], "weakness": chosen["weakness"] or None}
    return fragile_offices(request.user.scope, today=timezone.localdate(), **place, **filters)


@require_GET
@for_coordinators
def office_list(request):
    form, chosen = _filters(request)
    page = Paginator(_offices(request, chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(row, WEAKNESS_LABELS[row.weakness]) for row in office_rows(page)]
    context = {"form": form, "page": page, "rows": rows, "is_filtered": any(chosen.values())}
    return render(request, "reports/office_list.html", context)


@require_safe
@for_coordinators
def office_export(request):
    wanted, (form, chosen) = wanted_format(request, FORMATS), _filters(request)
    words = {"theme": form.words("tema"), "reason": form.words("motivo")}
    notes = notes_of(_("Fragile offices"), now=timezone.now(), area=chosen["area"], **words)
    sheet = office_sheet(office_rows(_offices(request, chosen)), notes)
    return sheet_response(sheet, "uffici-fragili", wanted, today=timezone.localdate())
