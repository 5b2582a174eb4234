"""Figures frozen for the funder: the list, one of them counted again and compared, and its file."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lib.spreadsheets import table_response
from reports import filters
from reports.actions import count_again, freeze_figures
from reports.forms import FreezeForm
from reports.models import Snapshot, sheets, summary
from reports.models.labels import NUMBER_LABELS, row_label
from reports.models.period import Period
from reports.models.snapshot import changes, tables_of
from reports.permissions import coordinated_areas, for_coordinators
from territory.models import Area


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
def snapshot_list(request):
    scope, today, now = request.user.scope, timezone.localdate(), timezone.now()
    current = Period(today.year, today)
    years = filters.years(summary.first_year(summary.areas_of(scope), current), current)
    form = FreezeForm(request.POST or None, years=years, areas=coordinated_areas(scope))
    if form.is_valid():
        chosen = form.cleaned_data
        period = Period(chosen["year"], today)
        try:
            snapshot = freeze_figures(
                title=chosen["title"], period=period, areas=list(chosen["areas"]), actor=request.user, now=now
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("The figures are frozen."))
            return redirect("reports:snapshot_detail", snapshot.pk)
    frozen = Snapshot.objects.visible_to(request.user).select_related("taken_by").defer("figures")
    return render(request, "reports/snapshot_list.html", {"form": form, "frozen": frozen[:100]})


@require_GET
@for_coordinators
def snapshot_detail(request, pk):
    snapshot = _snapshot(request, pk)
    again = count_again(snapshot, period=Period(snapshot.year, snapshot.as_of))
    names = _names()
    by_area, by_size = tables_of(snapshot.figures)
    found = [
        (row_label(change.table, change.key, names), NUMBER_LABELS[change.name], *sheets.change_numbers(change))
        for change in changes(snapshot.figures, again)
    ]
    context = {
        "snapshot": snapshot,
        "tables": [
            (_("By area"), _rows("areas", by_area, names)),
            (_("By size of the municipality"), _rows("sizes", by_size, names)),
        ],
        "numbers": NUMBER_LABELS.values(),
        "changes": found,
        "areas": snapshot.areas.all(),
    }
    return render(request, "reports/snapshot_detail.html", context)


@require_GET
@for_coordinators
def snapshot_export(request, pk):
    """The tables as they may leave the house, as CSV, or with ?formato=xlsx as a workbook."""
    snapshot = _snapshot(request, pk)
    header, rows = sheets.snapshot_header(), sheets.snapshot_rows(snapshot, _names())
    name = f"rendiconto-{slugify(snapshot.title)[:60] or 'anno'}-{snapshot.year}-al-{snapshot.as_of.isoformat()}"
    return table_response(request, name, str(snapshot.year), header, rows)


def _snapshot(request, pk) -> Snapshot:
    return get_object_or_404(Snapshot.objects.visible_to(request.user).select_related("taken_by"), pk=pk)


def _names() -> dict[str, str]:
    return dict(Area.objects.values_list("slug", "name"))


def _rows(kind: str, table, names: dict[str, str]) -> list[tuple[str, list]]:
    """The heading of each row and its numbers with theirs, None for a hidden one."""
    return [
        (
            row_label(kind, row["key"], names),
            list(zip(NUMBER_LABELS.values(), sheets.snapshot_numbers(row), strict=True)),
        )
        for row in [*table.rows, table.total]
    ]
