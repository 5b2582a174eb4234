"""Importing a corrected list and the indicators (ANCI), bodies that people propose, the mail domain of a body."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.models import Job
from lib.spreadsheets import Sheet, csv_pieces
from territory.actions import (
    accept_proposal,
    confirm_counts,
    confirm_import,
    confirm_indicators,
    count_staff,
    merge_bodies,
    prepare_counts,
    prepare_import,
    prepare_indicators,
    propose_body,
    refuse_proposal,
    set_mail_domain,
)
from territory.actions.indicators import IMPORT as INDICATOR_IMPORT
from territory.actions.merging import doubts, refuse_merge
from territory.actions.municipalities import IMPORT, is_superseded
from territory.actions.staff_counts import COUNTS, NAMES
from territory.forms import (
    AcceptForm,
    ImportForm,
    IndicatorImportForm,
    MailDomainForm,
    MergeForm,
    ProposalForm,
    RefuseForm,
    StaffCountForm,
    StaffCountsForm,
)
from territory.models import (
    Area,
    BodyProposal,
    Indicator,
    IndicatorDomain,
    IndicatorValue,
    PublicBody,
    StaffCount,
    indicator_tables,
)

JOBS_SHOWN = 5
MERGE_FIELDS = {
    "future": "first_on",
    "too_early": "first_on",
    "itself": "into",
    "no_successor": "into",
    "already_ceased": "codes",
}
CHANGES_SHOWN = 200
WHOLE_LIST = 1000  # Lombardy has some 1,500 municipalities: a shorter file is a part of them


def _imports(request, kind: str = IMPORT):
    """The jobs of this kind; the pages exist for ANCI only."""
    if not request.user.scope.is_anci:
        raise Http404
    return Job.objects.filter(kind=kind)


@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request):
    jobs = _imports(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        job = prepare_import(form.cleaned_data["file"], actor=request.user, now=timezone.now())
        return redirect("territory:import_detail", pk=job.pk)
    context = {"form": form, "jobs": jobs[:JOBS_SHOWN], "areas": Area.objects.all()}
    return render(request, "territory/import_create.html", context)


@require_safe
def import_detail(request, pk):
    job = get_object_or_404(_imports(request), pk=pk)
    context = {"job": job, "is_superseded": is_superseded(job), "is_partial": job.total < WHOLE_LIST}
    return render(request, "territory/import_detail.html", context)


@require_POST
def import_confirm(request, pk):
    job = get_object_or_404(_imports(request), pk=pk)
    try:
        confirm_import(job, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("territory:import_detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_import(request):
    jobs = _imports(request, INDICATOR_IMPORT)
    form = IndicatorImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        job = prepare_indicators(form.cleaned_data["file"], actor=request.user, now=timezone.now())
        return redirect("territory:indicator_import_detail", pk=job.pk)
    context = {
        "form": form,
        "jobs": jobs[:JOBS_SHOWN],
        "domains": IndicatorDomain.objects.all(),
        "indicator_count": Indicator.objects.count(),
        "values": IndicatorValue.objects.counts(),
        "list_columns": indicator_tables.LIST_COLUMNS,
        "value_columns": indicator_tables.VALUE_COLUMNS,
    }
    return render(request, "territory/indicator_import.html", context)


@require_safe
def indicator_import_detail(request, pk):
    job = get_object_or_404(_imports(request, INDICATOR_IMPORT), pk=pk)
    context = {"job": job, "is_superseded": is_superseded(job)}
    return render(request, "territory/indicator_import_detail.html", context)


@require_POST
def indicator_import_confirm(request, pk):
    job = get_object_or_404(_imports(request, INDICATOR_IMPORT), pk=pk)
    try:
        confirm_indicators(job, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("territory:indicator_import_detail", pk=pk)


@require_safe
def indicator_export(request):
    """What is loaded, as the import reads it back: the list, or with ?valori=1 the values."""
    _imports(request)
    if "valori" in request.GET:
        name, sheet = "indicatori-valori", Sheet("", [*indicator_tables.VALUE_COLUMNS], indicator_tables.value_rows())
    else:
        name, sheet = "indicatori", Sheet("", [*indicator_tables.LIST_COLUMNS], indicator_tables.list_rows())
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(csv_pieces(sheet), content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def merge_create(request):
    """For ANCI: the codes first, then what they are called, then it is done."""
    if not request.user.scope.is_anci:
        raise Http404
    form, context = MergeForm(request.POST or None), {}
    if form.is_valid() and _is_possible(request, form):
        bodies, into, first_on = (form.cleaned_data[name] for name in ("codes", "into", "first_on"))
        slips = doubts(bodies, into, first_on, today=timezone.localdate())
        context = {"bodies": bodies, "successor": into, "doubts": slips}
        if "confirm" in request.POST and _merge(request, form):
            return redirect(into)
    return render(request, "territory/merge_create.html", {"form": form, **context})


def _is_possible(request, form: MergeForm) -> bool:
    """Say at the first look already what would be refused, beside the field that it is about."""
    bodies, successor, first_on = (form.cleaned_data[name] for name in ("codes", "into", "first_on"))
    try:
        refuse_merge(bodies, successor, first_on, actor=request.user, now=timezone.now())
    except ValidationError as error:
        form.add_error(MERGE_FIELDS.get(error.code), error)
        return False
    return True


def _merge(request, form: MergeForm) -> bool:
    bodies, successor, first_on = (form.cleaned_data[name] for name in ("codes", "into", "first_on"))
    try:
        merge_bodies(bodies, successor=successor, first_on=first_on, actor=request.user, now=timezone.now())
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, _("The municipalities go on as %(body)s.") % {"body": successor})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_create(request):
    form = ProposalForm(request.POST or None)
    if form.is_valid():
        try:
            proposal = propose_body(actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The proposal is on its way. Now say what you do there."))
            address = redirect("accounts:employment_create")
            address["Location"] += f"?body={proposal.body_id}"
            return address
    return render(request, "territory/proposal_create.html", {"form": form})


def _proposals(request):
    if not request.user.scope.is_coordinator:
        raise Http404
    return BodyProposal.objects.visible_to(request.user).pending().select_related("body", "area", "proposed_by")


@require_safe
def proposal_list(request):
    return render(request, "territory/proposal_list.html", {"proposals": _proposals(request)[:100]})


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_decide(request, pk):
    proposal = get_object_or_404(_proposals(request), pk=pk)
    answer = request.POST.get("answer")
    initial = {"area": proposal.area_id}
    accept = AcceptForm(request.POST if answer == "accept" else None, actor=request.user, initial=initial)
    refuse = RefuseForm(request.POST if answer == "refuse" else None)
    chosen = {"accept": accept, "refuse": refuse}.get(answer)
    if chosen and chosen.is_valid():
        decide = accept_proposal if chosen is accept else refuse_proposal
        try:
            decide(proposal, actor=request.user, now=timezone.now(), **chosen.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The answer has been saved and sent to the person."))
        return redirect("territory:proposal_list")
    context = {"proposal": proposal, "accept_form": accept, "refuse_form": refuse}
    return render(request, "territory/proposal_decide.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mail_domain_change(request, pk):
    """Coordinators in their areas, ANCI everywhere; a referent would confirm strangers as the own staff."""
    if not request.user.scope.is_coordinator:
        raise Http404
    body = get_object_or_404(PublicBody.objects.coordinated_by(request.user), pk=pk)
    form = MailDomainForm(request.POST or None, instance=body)
    if request.method == "POST" and form.is_valid():
        set_mail_domain(body, actor=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The mail domain has been saved."))
        return redirect(body)
    return render(request, "territory/mail_domain_change.html", {"body": body, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def staff_count_create(request, pk):
    """The coordination, and the referent of the body: who works there is known best there."""
    body = get_object_or_404(PublicBody.objects.staff_counted_by(request.user), pk=pk)
    form = StaffCountForm(request.POST or None, instance=StaffCount(body=body))
    if request.method == "POST" and form.is_valid():
        try:
            count_staff(body, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The number of the staff has been saved."))
            return redirect(body)
    context = {"body": body, "form": form, "counts": body.staff_counts.all()[:CHANGES_SHOWN]}
    return render(request, "territory/staff_count_create.html", context)


def _counts(request):
    """The imports of this person; the pages exist for the coordination only."""
    if not request.user.scope.is_coordinator:
        raise Http404
    return Job.objects.filter(kind=COUNTS, requested_by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def counts_create(request):
    jobs = _counts(request)
    form = StaffCountsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        job = prepare_counts(form.cleaned_data["file"], actor=request.user, now=timezone.now())
        return redirect("territory:counts_detail", pk=job.pk)
    columns = [names[0] for names in NAMES.values()]
    return render(
        request, "territory/counts_create.html", {"form": form, "jobs": jobs[:JOBS_SHOWN], "columns": columns}
    )


@require_safe
def counts_detail(request, pk):
    job = get_object_or_404(_counts(request), pk=pk)
    changes = job.outcome.get("changes", [])[:CHANGES_SHOWN]
    context = {"job": job, "changes": [row | {"day": date.fromisoformat(row["day"])} for row in changes]}
    return render(request, "territory/counts_detail.html", context)


@require_POST
def counts_confirm(request, pk):
    job = get_object_or_404(_counts(request), pk=pk)
    try:
        confirm_counts(job, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("territory:counts_detail", pk=pk)
