"""The lists behind the numbers, and their files."""

from django.core.files.storage import storages
from django.db.models import Sum
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from journal.models import Job
from lib.long_lists import LongPaginator, is_longer
from lib.spreadsheets import wanted_format
from reports import filters
from reports.actions import export
from reports.actions.export import EXPORT, FORMATS, file_name, may_fetch, request_export, sheet_of
from reports.forms import ListFilterForm
from reports.models.choice import Choice, OutOfReach
from reports.models.listing import LISTINGS, Listing
from reports.models.summary import FIRST_YEAR
from reports.permissions import coordinated_areas
from reports.views.files import sheet_response

PAGE_SIZE = 50
KEPT = ("anno", "area", "ente", "corso", "tema", "pilastro", "obiettivo", "stato")


def _listing(request, slug: str) -> tuple[Listing, Choice]:
    """The list and what the address chooses from it; 404 for who answers for nobody, and for places out of reach."""
    scope = request.user.scope
    if slug not in LISTINGS or not (scope.is_coordinator or scope.is_referent):
        raise Http404
    try:
        return LISTINGS[slug], Choice.read(request.GET.dict(), scope, today=timezone.localdate())
    except OutOfReach as error:
        raise Http404 from error


@require_safe
def listing_detail(request, slug):
    listing, choice = _listing(request, slug)
    scope, rows = request.user.scope, listing.rows(request.user.scope, choice)
    pages = LongPaginator(rows, PAGE_SIZE, **({"minutes": Sum(listing.minutes)} if listing.minutes else {}))
    page = pages.get_page(request.GET.get("page"))
    shown = list(listing.cells(page.object_list))
    context = {
        "listing": listing,
        "listings": LISTINGS.values(),
        "choice": choice,
        "page": page,
        "rows": [(list(zip(listing.columns, cells, strict=True)), *keys) for cells, *keys in shown],
        "minutes": listing.minutes_known(scope, choice) if pages.is_cut else pages.sums.get("minutes"),
        "is_long": pages.count > export.AT_ONCE,
        "form": ListFilterForm(
            listing=listing,
            choice=choice,
            years=filters.years(FIRST_YEAR, choice.period),
            areas=coordinated_areas(scope) if scope.is_coordinator else [],
        ),
    }
    return render(request, "reports/listing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def listing_export(request, slug):
    """GET: the file of a short list. POST: a long one is left to the worker."""
    listing, choice = _listing(request, slug)
    wanted, now, scope = wanted_format(request, FORMATS), timezone.now(), request.user.scope
    if is_longer(listing.rows(scope, choice), export.AT_ONCE):
        if request.method != "POST":
            return redirect(f"{request.path.removesuffix('esporta/')}?{request.GET.urlencode()}")
        parameters = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
        job = request_export(listing, parameters=parameters, file_format=wanted, actor=request.user, now=now)
        return redirect("reports:export_detail", job.pk)
    sheet = sheet_of(listing, scope, choice, now=now)
    return sheet_response(sheet, f"{listing.slug}-{choice.period.year}", wanted, today=choice.period.today)


@require_safe
def export_detail(request, pk):
    job = get_object_or_404(Job, kind=EXPORT, requested_by=request.user, pk=pk)
    context = {"job": job, "may_fetch": may_fetch(job, request.user, now=timezone.now())}
    response = render(request, "reports/export_detail.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def export_download(request, pk):
    job = get_object_or_404(Job, kind=EXPORT, requested_by=request.user, pk=pk)
    if not may_fetch(job, request.user, now=timezone.now()):
        raise Http404
    wish = job.parameters
    name = file_name(wish["listing"], wish["format"], today=timezone.localdate(job.created_at))
    file = storages["private"].open(job.path)
    return FileResponse(file, as_attachment=True, filename=name, headers={"Cache-Control": "private, no-store"})
