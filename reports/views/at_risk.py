from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from courses.models import Enrolment
from lib.long_lists import LongPaginator
from lib.spreadsheets import wanted_format
from reports import filters
from reports.actions.export import FORMATS
from reports.models import Call, presence
from reports.models import at_risk as risk
from reports.models.follow_up import at_risk_sheet, notes_of
from reports.models.labels import REASON_LABELS
from reports.models.tally import coordinated
from reports.permissions import coordinated_areas, for_coordinators
from reports.risk import Reason
from reports.views.files import sheet_response
from territory.models import Area

PAGE_SIZE = 50
PIECE = 1_000


@dataclass(frozen=True)
class _Wanted:
    """What the address asks for, and the enrolments that answer to it."""

    area: Area | None
    reason: Reason | None
    today: date
    missed: dict[int, date]
    enrolments: QuerySet[Enrolment]

    def rows(self, enrolments):
        return risk.at_risk_rows(enrolments, today=self.today, missed=self.missed)


def _wanted(request) -> _Wanted:
    scope, reason, today = request.user.scope, filters.reason_of(request), timezone.localdate()
    slug = request.GET.get("area", "")
    area = get_object_or_404(coordinated_areas(scope), slug=slug) if slug else None
    rows = coordinated(scope) & Q(area=area) if area else coordinated(scope)
    missed = presence.out_of_reach(rows)
    enrolments = risk.at_risk(rows, today=today, missed=missed, reason=reason)
    calls = Prefetch("calls", Call.objects.open().select_related("tutor"), "open_calls")
    shown = enrolments.select_related("user", "body", "area", "edition__course").prefetch_related(calls)
    return _Wanted(area, reason, today, missed, shown)


@require_GET
@for_coordinators
def at_risk(request):
    wanted = _wanted(request)
    pages = LongPaginator(wanted.enrolments, PAGE_SIZE, people=Count("user", distinct=True))
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": list(wanted.rows(page)),
        "people": pages.sums["people"],
        "reason": wanted.reason,
        "reasons": REASON_LABELS.items(),
        "area": wanted.area,
        "all_ticked": request.GET.get("scelte") == "tutte",
    }
    return render(request, "reports/at_risk.html", context)


@require_safe
@for_coordinators
def at_risk_export(request):
    file_format, wanted = wanted_format(request, FORMATS), _wanted(request)
    reason = str(REASON_LABELS[wanted.reason]) if wanted.reason else ""
    notes = notes_of(_("People at risk"), now=timezone.now(), area=wanted.area, reason=reason)
    sheet = at_risk_sheet(wanted.rows(wanted.enrolments.iterator(chunk_size=PIECE)), notes)
    return sheet_response(sheet, "persone-a-rischio", file_format, today=wanted.today)
