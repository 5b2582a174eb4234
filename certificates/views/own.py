"""One's own certificates and training record, and the PDF for everybody who may read it."""

from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from certificates import actions
from certificates.actions.lines import years_of
from certificates.actions.printing import stored_pdf
from certificates.forms import StatementForm
from certificates.models import Certificate, TrainingRecord


@require_safe
def certificate_list(request):
    context = {
        "certificates": Certificate.objects.filter(user=request.user).select_related("superseded_by"),
        "years": _years(request.user),
        "this_year": timezone.localdate().year,
        "target_minutes": settings.TRAINING_TARGET_HOURS * 60,
        "statement_form": _statement_form(request.user),
    }
    return render(request, "certificates/certificate_list.html", context)


def _statement_form(user, data=None) -> StatementForm:
    years = years_of(user, now=timezone.now())
    return StatementForm(data, years=years, is_tutor=user.scope.is_tutor)


@require_POST
def statement_create(request):
    form = _statement_form(request.user, request.POST)
    if not form.is_valid():
        messages.error(request, _("There is no such statement."))
        return redirect("certificates:certificate_list")
    kind, year = form.cleaned_data["tipo"], form.cleaned_data["anno"]
    try:
        statement = actions.issue_statement(request.user, kind=kind, year=year, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        text = (
            _("Ready to be downloaded: no. %(number)s.")
            if statement.is_issued
            else _("No. %(number)s is being prepared: a message tells when it is ready.")
        )
        messages.success(request, text % {"number": statement.number})
    return redirect("certificates:certificate_list")


def _years(user) -> list[dict]:
    """The training record by year, the latest first: {"year", "minutes", "lines"}."""
    lines = TrainingRecord.objects.filter(user=user).select_related("body")
    by_year = groupby(lines, key=lambda line: line.earned_on.year)
    years = [(year, list(found)) for year, found in by_year]
    return [{"year": year, "lines": found, "minutes": sum(line.minutes for line in found)} for year, found in years]


@require_safe
def certificate_download(request, pk):
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user).with_file(), pk=pk)
    file = certificate.file()
    if file is None or certificate.is_erased:
        raise Http404
    name = f"attestato-{certificate.number.replace('/', '-')}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(stored_pdf(file), content_type="application/pdf", headers=headers)
