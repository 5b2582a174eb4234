"""Asking for a session where no time suits: the person's pages, and the queue of the coordination."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutorship.actions.requests import answer_request, ask_for_session, match_request, withdraw_request
from tutorship.forms import AnswerForm, MatchForm, RequestForm
from tutorship.models import Search, SessionRequest
from tutorship.models.request import answer_due
from tutorship.views.choices import missing_step, read_choices, to_step

ANSWERED_SHOWN = 20


@require_http_methods(["GET", "POST"])
def request_create(request):
    now = timezone.now()
    choices = read_choices(request, now=now)
    missing = missing_step(choices)
    if missing:
        return to_step(missing, choices)
    form = RequestForm(request.POST or None)
    already = None
    if request.method == "POST" and form.is_valid():
        asked = SessionRequest(
            learner=request.user,
            employment=choices.employment,
            area=choices.area,
            topic=choices.topic,
            service=choices.service,
            question=form.cleaned_data["question"],
        )
        try:
            asked = ask_for_session(asked, windows=form.windows, now=now)
            messages.success(request, _("The request has arrived. Its answer comes by e-mail and stands on this page."))
            return redirect(asked)
        except ValidationError as refused:
            form.add_error(None, refused)
            already = (getattr(refused, "params", None) or {}).get("open")
    context = {"choices": choices, "form": form, "answer_due_on": answer_due(now), "already": already}
    return render(request, "tutorship/request_create.html", context)


@require_GET
def request_detail(request, pk):
    asked = get_object_or_404(SessionRequest.objects.filter(learner=request.user).for_display(), pk=pk)
    return render(request, "tutorship/request_detail.html", {"asked": asked})


@require_POST
def request_withdraw(request, pk):
    asked = get_object_or_404(SessionRequest.objects.filter(learner=request.user), pk=pk)
    try:
        withdraw_request(asked, now=timezone.now())
        messages.success(request, _("The request is withdrawn."))
    except ValidationError as refused:
        messages.info(request, refused.messages[0])
    return redirect(asked)


@require_GET
def request_list(request):
    """The queue: the oldest first, then what has been answered."""
    if not request.user.scope.is_coordinator:
        raise Http404
    rows = SessionRequest.objects.visible_to(request.user).for_display()
    waiting = list(rows.open())
    for row in waiting:
        row.overdue = row.is_overdue(today=timezone.localdate())
    answered = rows.exclude(state=SessionRequest.State.OPEN).select_related("answered_by").order_by("-answered_at")
    context = {"waiting": waiting, "answered": answered[:ANSWERED_SHOWN]}
    return render(request, "tutorship/request_list.html", context)


@require_http_methods(["GET", "POST"])
def request_answer(request, pk):
    """Find a tutor and a time, or answer in words; each with a form of its own."""
    if not request.user.scope.is_coordinator:
        raise Http404
    asked = get_object_or_404(SessionRequest.objects.visible_to(request.user).for_display(), pk=pk)
    if not asked.is_open:
        messages.info(request, _("This request has already been answered."))
        return redirect("tutorship:request_list")
    now = timezone.now()
    in_words = "answer" in request.POST
    match = MatchForm(None if in_words else request.POST or None, request=asked)
    answer = AnswerForm(request.POST if in_words else None)
    form = answer if in_words else match
    if request.method == "POST" and form.is_valid():
        act = answer_request if in_words else match_request
        try:
            act(asked, **form.cleaned_data, actor=request.user, now=now)
            messages.success(request, _("The person has been told by e-mail."))
            return redirect("tutorship:request_list")
        except ValidationError as refused:
            form.add_error(None, refused)
    tutors = Search(asked.learner, asked.topic, asked.service, now).named_tutors(asked.area)
    context = {"asked": asked, "match": match, "answer": answer, "tutors": tutors}
    return render(request, "tutorship/request_answer.html", context)
