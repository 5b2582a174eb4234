"""What follows a session: tasks on both sides, and the note that only its author reads."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.actions import record
from tutorship import emails
from tutorship.models import FollowUpTask, PrivateNote, Session


@transaction.atomic
def add_task(session: Session, *, owner: User, text: str, due_on: date, actor: User, now: datetime) -> FollowUpTask:
    """Give somebody who took part something to do; they are told unless they write it themselves.

    Raise ValidationError with code "not_a_participant" or "in_the_past".
    """
    booking = session.bookings.active().for_display().filter(learner=owner).first()
    if booking is None and owner.pk != session.tutor_id:
        raise ValidationError(_("Choose the tutor or somebody who took part."), code="not_a_participant")
    if due_on < timezone.localdate(now):
        raise ValidationError(_("This day is over: choose one to come."), code="in_the_past")
    task = FollowUpTask(session=session, owner=owner, text=text.strip(), due_on=due_on, added_at=now)
    task.full_clean(exclude=["session", "owner"])
    task.save()
    record("add_task", task, actor=actor, area=session.area.slug, after={"due_on": str(due_on)}, now=now)
    if owner.pk != actor.pk:
        emails.queue_task(task, booking or session, now=now)
    return task


@transaction.atomic
def mark_task(task: FollowUpTask, *, is_done: bool, actor: User, now: datetime) -> FollowUpTask:
    """Say that it is done, or that it is not after all. Saying it twice changes nothing.

    Raise ValidationError with code "not_the_owner".
    """
    task = FollowUpTask.objects.select_for_update(of=("self",)).select_related("session__area").get(pk=task.pk)
    if actor.pk != task.owner_id:
        raise ValidationError(_("Whoever has to do it says when it is done."), code="not_the_owner")
    if is_done != (task.done_at is not None):
        task.done_at = now if is_done else None
        task.save(update_fields=["done_at"])
        action = "finish_task" if is_done else "reopen_task"
        record(action, task, actor=actor, area=task.session.area.slug, now=now)
    return task


@transaction.atomic
def save_note(session: Session, *, text: str, author: User, now: datetime) -> None:
    """Keep the author's own note; without words there is none."""
    if text.strip():
        PrivateNote.objects.update_or_create(session=session, author=author, defaults={"text": text.strip()})
    else:
        PrivateNote.objects.filter(session=session, author=author).delete()
    record("save_note", session, actor=author, area=session.area.slug, now=now)
