"""Training done elsewhere: the person sends it, whoever answers for the body decides."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Employment
from certificates import actions, permissions
from certificates.forms import ExternalForm, RefuseExternalForm
from certificates.models import ExternalTraining

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def external_create(request):
    own = Employment.objects.of(request.user, on=timezone.localdate()).select_related("body__area")
    form = ExternalForm(request.POST or None, request.FILES or None, employments=own)
    if form.is_valid():
        try:
            external = actions.submit_external(now=timezone.now(), **form.facts())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Sent. %(body)s decides, and a message follows.") % {"body": external.body})
            return redirect("reports:training_record")
    context = {"form": form, "has_body": own.exists()}
    return render(request, "certificates/external_create.html", context)


@require_safe
def external_proof(request, pk):
    external = get_object_or_404(ExternalTraining.objects.visible_to(request.user).exclude(proof=""), pk=pk)
    ending = external.proof.name.rpartition(".")[2]
    headers = {"Cache-Control": "private, no-store"}
    name = f"formazione-{external.pk}.{ending}"
    return FileResponse(external.proof.open(), as_attachment=True, filename=name, headers=headers)


def _waiting(request):
    if not permissions.decides_external(request.user):
        raise Http404
    waiting = ExternalTraining.objects.ones_to_decide(request.user)
    return waiting.select_related("user", "body", "area").order_by("submitted_at", "pk")


@require_safe
def external_list(request):
    page = Paginator(_waiting(request), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "certificates/external_list.html", {"page": page})


@require_POST
def external_approve(request, pk):
    external = get_object_or_404(_waiting(request), pk=pk)
    try:
        actions.approve_external(external, actor=request.user, now=timezone.now())
        messages.success(request, _("Approved: the hours of %(name)s count.") % {"name": external.user})
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("certificates:external_list")


@require_http_methods(["GET", "HEAD", "POST"])
def external_refuse(request, pk):
    external = get_object_or_404(_waiting(request), pk=pk)
    form = RefuseExternalForm(request.POST or None)
    if form.is_valid():
        try:
            actions.refuse_external(external, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Not approved. %(name)s gets a message.") % {"name": external.user})
            return redirect("certificates:external_list")
    return render(request, "certificates/external_refuse.html", {"form": form, "external": external})
