"""Files that ANCI and the coordination upload, look at and confirm; the addresses say which."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.models import Job
from lib.spreadsheets import Sheet, csv_pieces
from territory.actions import confirm, prepare
from territory.actions.imports import COUNTS, INDICATORS, MUNICIPALITIES
from territory.forms import SheetForm
from territory.models import Area, Indicator, IndicatorDomain, IndicatorValue, indicator_tables

JOBS_SHOWN = 5
PAGES = {MUNICIPALITIES: "import", INDICATORS: "indicator_import", COUNTS: "counts_import"}


def _jobs(request, kind: str) -> QuerySet[Job]:
    """The imports of this kind, without their rows: all for ANCI, of counts the own ones for the coordination."""
    scope, jobs = request.user.scope, Job.objects.filter(kind=kind).defer("parameters")
    if not (scope.is_coordinator if kind == COUNTS else scope.is_anci):
        raise Http404
    return jobs.filter(requested_by=request.user) if kind == COUNTS else jobs


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, kind):
    jobs = _jobs(request, kind)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        job = prepare(kind, form.cleaned_data["file"], actor=request.user, now=timezone.now())
        return redirect(f"territory:{PAGES[kind]}_detail", pk=job.pk)
    context = {"form": form, "jobs": jobs.defer("parameters", "outcome")[:JOBS_SHOWN], **_described(kind)}
    return render(request, f"territory/{PAGES[kind]}.html", context)


def _described(kind: str) -> dict:
    """What the page says of the file."""
    if kind == MUNICIPALITIES:
        return {"areas": Area.objects.all()}
    if kind == COUNTS:
        return {"columns": ("codice istat", "ente", "provincia", "persone", "giorno")}
    return {
        "domains": IndicatorDomain.objects.all(),
        "indicator_count": Indicator.objects.count(),
        "values": IndicatorValue.objects.counts(),
        "list_columns": indicator_tables.LIST_COLUMNS,
        "value_columns": indicator_tables.VALUE_COLUMNS,
    }


@require_safe
def detail(request, pk, kind):
    job = get_object_or_404(_jobs(request, kind), pk=pk)
    return render(request, f"territory/{PAGES[kind]}_detail.html", {"job": job})


@require_POST
def confirmed(request, pk, kind):
    job = get_object_or_404(_jobs(request, kind), pk=pk)
    try:
        confirm(job, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"territory:{PAGES[kind]}_detail", pk=pk)


@require_safe
def indicator_export(request):
    """What is loaded, as the import reads it back: the list, or with ?valori=1 the values."""
    _jobs(request, INDICATORS)
    if "valori" in request.GET:
        name, sheet = "indicatori-valori", Sheet("", [*indicator_tables.VALUE_COLUMNS], indicator_tables.value_rows())
    else:
        name, sheet = "indicatori", Sheet("", [*indicator_tables.LIST_COLUMNS], indicator_tables.list_rows())
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(csv_pieces(sheet), content_type="text/csv; charset=utf-8", headers=headers)
