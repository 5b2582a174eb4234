"""One's own data: a copy, and being erased; for ANCI the requests that wait."""

from datetime import timedelta

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import ask_erasure, carry_out_erasure, copy_own_data, withdraw_erasure
from accounts.models import ErasureRequest

REQUESTS_SHOWN = 100


@require_safe
def own_data(request):
    person = request.user
    context = {"erasure": person.erasure_requests.open().first(), "has_role": _has_role(person)}
    return render(request, "accounts/own_data.html", context)


def _has_role(person) -> bool:
    return person.roles.current(on=timezone.localdate()).exists()


@require_POST
def own_data_copy(request):
    raise_if_reauthentication_required(request, app="accounts")
    content = copy_own_data(request.user, now=timezone.now())
    name = f"miei-dati-{timezone.localdate().isoformat()}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/zip", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def erasure_ask(request):
    """What goes and what stays is read first; nothing is asked for before it is confirmed."""
    person, days = request.user, settings.ERASURE_AFTER_DAYS
    raise_if_reauthentication_required(request, app="accounts")
    if request.method != "POST":
        if person.erasure_requests.open().exists() or _has_role(person):  # the page before says why not
            return redirect("accounts:own_data")
        context = {"person": person, "days": days, "due_on": timezone.localdate() + timedelta(days=days)}
        return render(request, "accounts/erasure_ask.html", context)
    try:
        ask_erasure(person, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The request has been written. Until the day it can be taken back here."))
    return redirect("accounts:own_data")


@require_POST
def erasure_withdraw(request):
    withdraw_erasure(request.user, now=timezone.now())
    messages.success(request, _("The request has been taken back: nothing is erased."))
    return redirect("accounts:own_data")


def _requests(request):
    if not request.user.scope.is_anci:
        raise Http404
    return ErasureRequest.objects.open().select_related("user")


@require_safe
def erasure_list(request):
    return render(request, "accounts/erasure_list.html", {"requests": _requests(request)[:REQUESTS_SHOWN]})


@require_POST
def erasure_carry_out(request, pk):
    wanted = get_object_or_404(_requests(request), pk=pk)
    raise_if_reauthentication_required(request, app="accounts")
    try:
        carry_out_erasure(wanted, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The person has been erased."))
    return redirect("accounts:erasure_list")
