"""All certificates of a choice in one zip: the wish, its progress, the file. Only whoever asked sees them."""

from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from certificates import actions, permissions
from certificates.actions.archive import ARCHIVE
from certificates.forms import ArchiveForm
from journal.models import Job

JOBS_SHOWN = 5


def _own_jobs(request):
    return Job.objects.filter(kind=ARCHIVE, requested_by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def archive_create(request):
    if not permissions.can_archive(request.user):
        raise Http404
    form = ArchiveForm(request.POST or None, initial=request.GET.dict(), user=request.user)
    if form.is_valid():
        try:
            job = actions.request_archive(actor=request.user, now=timezone.now(), **form.chosen())
            return redirect("certificates:archive_detail", pk=job.pk)
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"form": form, "jobs": _own_jobs(request)[:JOBS_SHOWN]}
    return render(request, "certificates/archive_create.html", context)


@require_safe
def archive_detail(request, pk):
    job = get_object_or_404(_own_jobs(request), pk=pk)
    context = {"job": job, "may_fetch": actions.may_fetch(job, request.user, now=timezone.now())}
    response = render(request, "certificates/archive_detail.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def archive_download(request, pk):
    job = get_object_or_404(_own_jobs(request), pk=pk)
    if not actions.may_fetch(job, request.user, now=timezone.now()):
        raise Http404
    name = f"attestati-{timezone.localdate(job.created_at).isoformat()}.zip"
    file = storages["private"].open(job.path)
    return FileResponse(file, as_attachment=True, filename=name, headers={"Cache-Control": "private, no-store"})
