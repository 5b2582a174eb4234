"""Who says to work where: the body, the area's coordinator or ANCI decide."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import confirm_employment, refuse_employment
from accounts.forms import DecisionForm
from accounts.models import Employment
from accounts.permissions import opens_confirmations

PER_PAGE = 25


def _waiting(request):
    if not opens_confirmations(request.user):
        raise Http404
    waiting = Employment.objects.ones_to_decide(request.user)
    return waiting.select_related("user", "body__area").order_by("pk")


@require_safe
def confirmation_list(request):
    page = Paginator(_waiting(request), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/confirmation_list.html", {"page": page})


@require_POST
def employment_confirm(request, pk):
    employment = get_object_or_404(_waiting(request), pk=pk)
    try:
        confirm_employment(employment, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(name)s now counts for %(body)s.") % _names(employment))
    return redirect("accounts:confirmation_list")


@require_http_methods(["GET", "HEAD", "POST"])
def employment_refuse(request, pk):
    employment = get_object_or_404(_waiting(request), pk=pk)
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        try:
            refuse_employment(employment, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Not confirmed. %(name)s gets a message with the reason.") % _names(employment))
            return redirect("accounts:confirmation_list")
    return render(request, "accounts/employment_refuse.html", {"form": form, "employment": employment})


def _names(employment: Employment) -> dict:
    return {"name": employment.user, "body": employment.body}
