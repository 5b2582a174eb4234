"""One's own certificates and training record, and the PDF for everybody who may read it."""

from itertools import groupby

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from certificates.actions.printing import stored_pdf
from certificates.models import Certificate, TrainingRecord


@require_safe
def certificate_list(request):
    context = {
        "certificates": Certificate.objects.filter(user=request.user).select_related("superseded_by"),
        "years": _years(request.user),
        "this_year": timezone.localdate().year,
        "target_minutes": settings.TRAINING_TARGET_HOURS * 60,
    }
    return render(request, "certificates/certificate_list.html", context)


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
    if file is None:
        raise Http404
    name = f"attestato-{certificate.number.replace('/', '-')}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(stored_pdf(file), content_type="application/pdf", headers=headers)
