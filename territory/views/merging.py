"""Municipalities that become one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from territory.actions import merge_bodies
from territory.actions.merging import doubts, refuse_merge
from territory.forms import MergeForm

MERGE_FIELDS = {
    "future": "first_on",
    "too_early": "first_on",
    "itself": "into",
    "no_successor": "into",
    "already_ceased": "codes",
}


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
