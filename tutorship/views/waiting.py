"""The waiting list as the person sees it: join, read the turn, answer an offer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutorship.actions.waiting import accept_offer, join_line, leave_line
from tutorship.forms import QuestionForm
from tutorship.models import WaitingEntry
from tutorship.views.choices import missing_step, read_choices, to_step


@require_http_methods(["GET", "POST"])
def waiting_join(request):
    """With `group` for a seat in that session, without for any free time."""
    now = timezone.now()
    choices = read_choices(request, now=now)
    missing = missing_step(choices)
    if missing:
        return to_step(missing, choices)
    search = choices.search(request.user, now=now)
    key = (request.POST if request.method == "POST" else request.GET).get("group", "")
    group = next((row for row in search.full_groups(choices.area) if str(row.pk) == key), None)
    if group is None and (key or choices.service.is_group):
        return to_step("tutorship:booking_time", choices)  # it has seats again, or has gone
    form = QuestionForm(request.POST or None, service=choices.service, draft={})
    already = None
    if request.method == "POST" and form.is_valid():
        entry = WaitingEntry(
            learner=request.user,
            employment=choices.employment,
            area=choices.area,
            topic=choices.topic,
            service=choices.service,
            group=group,
            wants_town_hall=choices.wants_town_hall,
            seats=choices.seats,
            question=form.cleaned_data["question"],
            answers=form.answers,
        )
        try:
            entry = join_line(entry, now=now)
            messages.success(request, _("The place in the waiting list is taken. News comes by e-mail."))
            return redirect(entry)
        except ValidationError as refused:
            form.add_error(None, refused)
            already = (getattr(refused, "params", None) or {}).get("open")
    context = {"choices": choices, "group": group, "form": form, "already": already}
    return render(request, "tutorship/waiting_join.html", context)


@require_GET
def waiting_detail(request, pk):
    entry = _own(request, pk)
    return render(
        request,
        "tutorship/waiting_detail.html",
        {"entry": entry, "is_offered": entry.is_offered(now=timezone.now())},
    )


@require_POST
def waiting_accept(request, pk):
    entry = _own(request, pk)
    try:
        booking = accept_offer(entry, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect(entry)
    messages.success(request, _("The appointment is confirmed. The details have been sent by e-mail."))
    return redirect(booking)


@require_POST
def waiting_leave(request, pk):
    entry = _own(request, pk)
    try:
        leave_line(entry, now=timezone.now())
        messages.success(request, _("The place in the waiting list has been given back."))
    except ValidationError as refused:
        messages.info(request, refused.messages[0])
    return redirect(entry)


def _own(request, pk) -> WaitingEntry:
    rows = WaitingEntry.objects.filter(learner=request.user).for_display().select_related("booking")
    return get_object_or_404(rows, pk=pk)
