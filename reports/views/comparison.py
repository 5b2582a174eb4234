"""The comparisons of the coordination: one dimension at a time, on the page and as a file."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from lib.spreadsheets import wanted_format
from reports import filters
from reports.actions.export import FORMATS
from reports.models import comparison as comparisons
from reports.models import comparison_page as words
from reports.models.summary import FIRST_YEAR
from reports.permissions import for_coordinators
from reports.views.files import sheet_response


def _comparison(request) -> comparisons.Comparison:
    return comparisons.comparison(request.user.scope, filters.period_of(request), filters.dimension_of(request))


@require_safe
@for_coordinators
def comparison(request):
    found = _comparison(request)
    context = {
        "found": found,
        "dimensions": comparisons.DIMENSIONS.items(),
        "tiles": words.tiles(found),
        "chart": words.hours_bars(found),
        "headings": words.headings(found),
        "rows": [(line.label, words.cells(line, found)) for line in found.lines],
        "total": words.cells(found.total, found),
        "period": found.period,
        "years": filters.years(FIRST_YEAR, found.period),
    }
    return render(request, "reports/comparison.html", context)


@require_safe
@for_coordinators
def comparison_export(request):
    wanted, found = wanted_format(request, FORMATS), _comparison(request)
    what = f"confronti-{found.dimension}-{found.period.year}"
    return sheet_response(words.sheet(found), what, wanted, today=found.period.today)
