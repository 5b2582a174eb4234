from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from accounts.models import Employment
from lib.spreadsheets import wanted_format
from reports import filters
from reports.actions.export import FORMATS
from reports.models import at_risk as risk
from reports.models import figures, people, state_map, summary, territory
from reports.models.follow_up import notes_of, silent_sheet
from reports.models.labels import REACH_LABELS
from reports.models.tally import coordinated
from reports.permissions import coordinated_areas, for_coordinators
from reports.views.files import sheet_response
from territory.models import Area
from territory.models.profile import DomainIndex, kept_profile

PAGE_SIZE = 50
SHOWN = 3  # rows of each short list; the full one is one link away


@require_GET
@for_coordinators
def overview(request):
    scope, period = request.user.scope, filters.period_of(request)
    found = territory.overview(scope, period)
    first_year = summary.first_year(summary.areas_of(scope), period)
    lists = filters.lists(period)
    context = {
        "overview": found,
        "figures": figures.figures(found, lists),
        "lists": lists,
        **_map_of(found, with_rest=scope.is_anci),
        "period": period,
        "years": filters.years(first_year, period),
        "follow_up": _follow_up(request.user, found, period),
        "silent_after_days": settings.SILENT_AFTER_DAYS,
    }
    return render(request, "reports/overview.html", context)


def _map_of(found: territory.Overview, *, with_rest: bool) -> dict:
    drawing = state_map.state_map(found, with_rest=with_rest)
    return {"map": drawing, "legend": [(state, REACH_LABELS[state.reach]) for state in drawing.states]}


def _follow_up(user, found: territory.Overview, period) -> dict:
    """The three short lists: silent municipalities, people past a due date, employments to confirm. Three queries.

    Who else is at risk stands one link away: to count them takes longer with every learner.
    """
    late = _for_display(risk.latest(coordinated(user.scope), today=period.today))
    waiting = Employment.objects.ones_to_decide(user)
    return {
        "silent": found.silent[:SHOWN],
        "silent_count": len(found.silent),
        "late": list(risk.at_risk_rows(late[:SHOWN], today=period.today, missed={})),
        "waiting": waiting.select_related("user", "body").order_by("pk")[:SHOWN],
        "waiting_count": waiting.count(),
    }


def _for_display(enrolments):
    return enrolments.select_related("user", "body", "edition__course")


@require_GET
@for_coordinators
def area_detail(request, slug):
    area = get_object_or_404(coordinated_areas(request.user.scope), slug=slug)
    period = filters.period_of(request)
    row = territory.area_row(area, period)
    employments = people.employments_by_body([body.body.pk for body in row.bodies], period)
    context = {
        "row": row,
        "lists": filters.lists(period),
        "area": area,
        **_map_of(territory.of_area(row, period), with_rest=False),
        "bodies": [(body, REACH_LABELS[body.reach], employments.get(body.body.pk, 0)) for body in row.bodies],
        "employments": sum(employments.values()),
        "weakest": _weakest(area),
        "period": period,
        "years": filters.years(summary.first_year([area.pk], period), period),
        "silent_after_days": settings.SILENT_AFTER_DAYS,
        "target_hours": settings.TRAINING_TARGET_HOURS,
    }
    return render(request, "reports/area_detail.html", context)


@dataclass(frozen=True)
class _Silent:
    overview: territory.Overview
    chosen: territory.AreaRow | None  # the area of the address

    @property
    def bodies(self) -> list[territory.BodyRow]:
        return (self.chosen or self.overview).silent

    def with_areas(self, rows) -> list[tuple[territory.BodyRow, str]]:
        names = {row.area.pk: row.area.name for row in self.overview.areas}
        return [(row, names[row.body.area_id]) for row in rows]


def _silent(request) -> _Silent:
    found = territory.overview(request.user.scope, filters.period_of(request))
    return _Silent(found, _chosen_area(found, request.GET.get("area", "")))


def _weakest(area: Area) -> DomainIndex | None:
    """The most fragile domain of the area, if any index is known."""
    own = kept_profile().of(area)
    return own.weakest[0] if own and own.weakest else None


@require_GET
@for_coordinators
def silent_list(request):
    silent = _silent(request)
    page = Paginator(silent.bodies, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": silent.with_areas(page),
        "overview": silent.overview,
        "chosen": silent.chosen,
        "silent_after_days": settings.SILENT_AFTER_DAYS,
    }
    return render(request, "reports/silent_list.html", context)


@require_safe
@for_coordinators
def silent_export(request):
    wanted, silent = wanted_format(request, FORMATS), _silent(request)
    area = silent.chosen.area if silent.chosen else None
    notes = notes_of(_("Silent municipalities"), now=timezone.now(), area=area)
    sheet = silent_sheet(silent.with_areas(silent.bodies), notes)
    return sheet_response(sheet, "comuni-silenti", wanted, today=silent.overview.period.as_of)


def _chosen_area(found: territory.Overview, slug: str) -> territory.AreaRow | None:
    """The area of `?area=`; one that is not among the own is as good as none at all: 404."""
    if not slug:
        return None
    row = next((row for row in found.areas if row.area.slug == slug), None)
    if row is None:
        raise Http404
    return row
