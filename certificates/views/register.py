"""The register, for coordinators and ANCI."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import actions, permissions
from certificates.filters import RegisterFilter
from certificates.forms import CorrectForm, RevokeForm
from certificates.models import Certificate

ROWS = 50
PAPER = ("user", "body", "area", "superseded_by", "enrolment__body", "enrolment__area", "enrolment__edition__course")


@require_safe
def register(request):
    if not permissions.opens_register(request.user):
        raise Http404
    chosen = RegisterFilter(request.GET, user=request.user)
    page = Paginator(chosen.results(), ROWS).get_page(request.GET.get("page"))
    correctable = Certificate.objects.correctable_by(request.user).filter(pk__in=[row.pk for row in page])
    context = {
        "filter": chosen,
        "page": page,
        "correctable": set(correctable.values_list("pk", flat=True)),
        "can_revoke": permissions.can_revoke(request.user),
    }
    return render(request, "certificates/register.html", context)


@require_POST
def certificate_retry(request, pk):
    if not permissions.can_retry(request.user):
        raise Http404
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user), pk=pk)
    try:
        actions.retry_printing(certificate, actor=request.user, now=timezone.now())
        messages.success(request, _("The PDF is being made again: it takes about a minute."))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("certificates:register")


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_correct(request, pk):
    if not permissions.can_correct(request.user):
        raise Http404  # before anybody is asked for a password
    correctable = Certificate.objects.correctable_by(request.user).numbered()
    certificate = get_object_or_404(correctable.select_related(*PAPER), pk=pk)
    return _correct(request, certificate)


@reauthentication_required
def _correct(request, certificate):
    form = CorrectForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            new = actions.correct_certificate(certificate, actor=request.user, reason=reason, now=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            numbers = {"old": certificate.number, "new": new.number}
            messages.success(request, _("No. %(old)s is replaced by no. %(new)s.") % numbers)
            return redirect("certificates:register")
    context = {"form": form, "certificate": certificate, "changes": actions.changes(certificate).values()}
    return render(request, "certificates/certificate_correct.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_revoke(request, pk):
    if not permissions.can_revoke(request.user):
        raise Http404  # before anybody is asked for a password
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user).select_related("user", "body"), pk=pk)
    return _revoke(request, certificate)


@reauthentication_required
def _revoke(request, certificate):
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.revoke_certificate(certificate, actor=request.user, reason=reason, now=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Certificate no. %(number)s is revoked.") % {"number": certificate.number})
            return redirect("certificates:register")
    return render(request, "certificates/certificate_revoke.html", {"form": form, "certificate": certificate})
