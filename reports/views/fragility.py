"""The areas by domain of fragility. The indices say nothing of people and stand on the public pages of the areas."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lib.spreadsheets import wanted_format
from reports.actions.export import FORMATS
from reports.models.fragility_table import fragility_sheet, kind_of_values
from reports.permissions import for_coordinators
from reports.views.files import sheet_response
from territory.models import IndicatorValue
from territory.models.profile import Profile, profile


@require_GET
@for_coordinators
def fragility(request):
    years = IndicatorValue.objects.years()
    found = _profile(request, years)
    context = {"profile": found, "rows": [(area, kind_of_values(area)) for area in found.areas], "years": years}
    return render(request, "reports/fragility.html", context)


@require_GET
@for_coordinators
def fragility_export(request):
    wanted, found = wanted_format(request, FORMATS), _profile(request, IndicatorValue.objects.years())
    return sheet_response(
        fragility_sheet(found), f"fragilita-{found.year or ''}".rstrip("-"), wanted, today=timezone.localdate()
    )


def _profile(request, years: list[int]) -> Profile:
    """Of ?anno=, if there are values of that year; otherwise of the shown one."""
    wanted = request.GET.get("anno", "")
    return profile(int(wanted) if wanted in map(str, years) else None)
