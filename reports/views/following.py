"""Acting from the rows of the people at risk, and the calls that tutors have been asked to make."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from courses.forms import ExtensionForm, MessageForm
from courses.models import Enrolment
from lib.choice_fields import KEY
from reports.actions import ask_calls, extend_all, finish_call, write_to
from reports.forms import CallForm, CallOutcomeForm
from reports.models import Call
from reports.permissions import for_coordinators, may_follow_up, tutors_of

MOST = 50  # as many as a page of the list has
require_form = require_http_methods(["GET", "HEAD", "POST"])


def _chosen(request) -> list[Enrolment]:
    """The enrolments that were ticked and are within reach; what is not is left out without a word."""
    parameters = request.POST if request.method == "POST" else request.GET
    keys = [key for key in parameters.getlist("iscrizione") if KEY.fullmatch(key)][:MOST]
    found = may_follow_up(request.user.scope, Enrolment.objects.filter(pk__in=keys))
    rows = found.select_related("user", "body", "area", "edition__course")
    return list(rows.order_by("user__last_name", "user__first_name", "pk"))


def _page(request, name: str, form, chosen: list[Enrolment], **more):
    people = len({row.user_id for row in chosen})
    context = {"form": form, "chosen": chosen, "people": people, "step": name} | more
    return render(request, "reports/follow_up.html", context)


@require_form
@for_coordinators
def at_risk_message(request):
    chosen = _chosen(request)
    form = MessageForm(request.POST or None, initial={"key": uuid4()})
    if form.is_valid() and chosen:
        count = write_to(chosen, actor=request.user, now=timezone.now(), **form.cleaned_data)
        text = ngettext("The message leaves for %(count)d person.", "The message leaves for %(count)d people.", count)
        messages.success(request, text % {"count": count})
        return redirect("reports:at_risk")
    return _page(request, "message", form, chosen)


@require_form
@for_coordinators
def at_risk_extend(request):
    chosen = _chosen(request)
    form = ExtensionForm(request.POST or None)
    if form.is_valid() and chosen:
        outcome = extend_all(chosen, actor=request.user, now=timezone.now(), **form.cleaned_data)
        count = len(outcome.done)
        if not count:  # nobody's date has moved: what was typed stays to be corrected
            form.add_error("due_on", list(dict.fromkeys(why for _enrolment, why in outcome.refused)))
            return _page(request, "extend", form, chosen)
        text = ngettext("%(count)d due date is moved.", "%(count)d due dates are moved.", count)
        messages.success(request, text % {"count": count})
        for enrolment, why in outcome.refused:
            messages.warning(request, f"{enrolment.user}, {enrolment.edition}: {why}")
        return redirect("reports:at_risk")
    return _page(request, "extend", form, chosen)


@require_form
@for_coordinators
def at_risk_call(request):
    chosen, now = _chosen(request), timezone.now()
    form = CallForm(request.POST or None, tutors=tutors_of(chosen, on=timezone.localdate(now)))
    if form.is_valid() and chosen:
        try:
            calls = ask_calls(chosen, actor=request.user, now=now, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            text = ngettext("%(count)d call is asked for.", "%(count)d calls are asked for.", len(calls))
            messages.success(request, text % {"count": len(calls)})
            return redirect("reports:at_risk")
    return _page(request, "call", form, chosen)


@require_GET
def call_list(request):
    """A tutor's calls to make; a coordinator reads the ones of the areas."""
    scope = request.user.scope
    if not (scope.is_tutor or scope.is_coordinator):
        raise Http404
    calls = Call.objects.visible_to(request.user).for_display().select_related("tutor")
    context = {
        "open": calls.open(),
        "done": calls.exclude(done_at=None).order_by("-done_at")[:20],
        "today": timezone.localdate(),
    }
    return render(request, "reports/call_list.html", context)


@require_form
def call_finish(request, pk):
    calls = Call.objects.open().visible_to(request.user).filter(tutor=request.user).for_display()
    call = get_object_or_404(calls, pk=pk)
    form = CallOutcomeForm(request.POST or None)
    if form.is_valid():
        try:
            finish_call(call, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("The call is noted."))
            return redirect("reports:call_list")
    return render(request, "reports/call_finish.html", {"form": form, "call": call})
