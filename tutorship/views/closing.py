"""The outcome of a session, its correction, and what follows it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lib.elision import elided
from tutorship import permissions
from tutorship.actions.closing import close_session, correct_outcome
from tutorship.actions.following import add_task, mark_task, save_note
from tutorship.forms import CloseForm, CorrectForm, NoteForm, TaskForm
from tutorship.models import FollowUpTask, Session
from tutorship.models.outcome import CORRECTION_TIME
from tutorship.views.tutoring import visible_session


@require_http_methods(["GET", "POST"])
def session_close(request, pk):
    session = visible_session(request, pk)
    now = timezone.now()
    if not session.awaits_outcome(now=now):
        messages.info(request, _("The outcome can be written once, after the session has begun."))
        return redirect(session)
    is_own = session.tutor_id == request.user.pk
    form = CloseForm(request.POST or None, session=session, is_own=is_own)
    task = TaskForm(request.POST or None, session=session, is_optional=True, prefix="task")
    if request.method == "POST" and form.is_valid() and task.is_valid():
        try:
            _close(session, form, task, actor=request.user, now=now)
            messages.success(request, _("Attendance and outcome are saved. The hours count for who was there."))
            return redirect("tutorship:tutor_week") if is_own else redirect(session)
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"session": session, "form": form, "task": task, "correct_until": now + CORRECTION_TIME}
    return render(request, "tutorship/session_close.html", context)


@transaction.atomic
def _close(session: Session, form: CloseForm, task: TaskForm, *, actor, now) -> None:
    close_session(session, **form.facts, actor=actor, now=now)
    if form.cleaned_data.get("note"):
        save_note(session, text=form.cleaned_data["note"], author=actor, now=now)
    if task.has_changed():
        add_task(session, **task.cleaned_data, actor=actor, now=now)


@require_http_methods(["GET", "POST"])
def outcome_correct(request, pk):
    session = visible_session(request, pk)
    now, outcome = timezone.now(), getattr(session, "outcome", None)
    if not outcome or not outcome.can_be_corrected(now=now):
        messages.info(request, _("The outcome of this session cannot be corrected, or not any more."))
        return redirect(session)
    may_read = permissions.can_read_outcome(request.user, session)
    form = CorrectForm(request.POST or None, session=session, outcome=outcome, may_read=may_read)
    if request.method == "POST" and form.is_valid():
        try:
            correct_outcome(session, **form.facts, actor=request.user, now=now)
            messages.success(request, _("Attendance and outcome are corrected. The training record has followed."))
            return redirect(session)
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "tutorship/outcome_correct.html", {"session": session, "form": form, "outcome": outcome})


@require_POST
def note_save(request, pk):
    """A tutor's own note about an own session."""
    session = get_object_or_404(Session.objects.filter(tutor=request.user).for_display(), pk=pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        save_note(session, text=form.cleaned_data["note"], author=request.user, now=timezone.now())
        messages.success(request, _("The private note is saved."))
    else:
        messages.error(request, form.errors["note"][0])
    return redirect(session)


@require_http_methods(["GET", "POST"])
def task_create(request, pk):
    session = visible_session(request, pk)
    if not permissions.can_read_outcome(request.user, session):
        raise Http404
    form = TaskForm(request.POST or None, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            task = add_task(session, **form.cleaned_data, actor=request.user, now=timezone.now())
            words = {"person": task.owner, "day": date_format(task.due_on, "j F Y")}
            messages.success(request, elided(_("Added for %(person)s, until %(day)s.") % words))
            return redirect(session)
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "tutorship/task_create.html", {"session": session, "form": form})


@require_POST
def task_mark(request, pk):
    """Done, or not after all; back to the page where the button stood."""
    task = get_object_or_404(FollowUpTask.objects.filter(owner=request.user), pk=pk)
    mark_task(task, is_done=request.POST.get("done") == "1", actor=request.user, now=timezone.now())
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if is_ours and back.startswith("/") else reverse("tutorship:booking_list"))
