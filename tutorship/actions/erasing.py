"""What the tutoring keeps about a person, and what of it stays when the person is erased."""

from datetime import datetime

from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from tutorship.actions.cancelling import cancel_booking
from tutorship.actions.requests import withdraw_request
from tutorship.actions.waiting import leave_line
from tutorship.models import (
    Booking,
    Case,
    CaseMessage,
    FeedToken,
    FollowUpTask,
    Outcome,
    PrivateNote,
    Rating,
    SessionRequest,
    WaitingEntry,
)

STRUCK_OUT = "—"


def rows_about(person: User) -> list[models.QuerySet]:
    """All that the person may read, for the copy; a tutor's private notes are the tutor's own."""
    return [
        *(model.objects.filter(learner=person) for model in (Booking, Case, SessionRequest, WaitingEntry)),
        CaseMessage.objects.filter(case__learner=person),
        Outcome.objects.filter(session__bookings__learner=person).distinct(),
        FollowUpTask.objects.filter(owner=person),
        PrivateNote.objects.filter(author=person),
        Rating.objects.filter(booking__learner=person),
    ]


@transaction.atomic
def erase_asker(person: User, *, now: datetime) -> None:
    """Free the times; take out questions, cases, files and what was written about them. Appointments stay as hours."""
    _free_times(person, now=now)
    own = {"learner": person}
    messages = CaseMessage.objects.filter(case__learner=person)
    files = [(message.file.storage, message.file.name) for message in messages.exclude(file="")]
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in files])
    messages.delete()
    Booking.objects.filter(**own).update(question="", answers=[])
    Booking.objects.filter(**own).exclude(cancel_reason="").update(cancel_reason=STRUCK_OUT)
    SessionRequest.objects.filter(**own).update(question="")
    SessionRequest.objects.filter(**own).exclude(answer="").update(answer=STRUCK_OUT)
    WaitingEntry.objects.filter(**own).update(question="", answers=[])
    alone = {"session__bookings__learner": person, "session__capacity": 1}
    PrivateNote.objects.filter(**alone).delete()
    Outcome.objects.filter(**alone).update(summary=STRUCK_OUT)
    Rating.objects.filter(booking__learner=person).update(comment="")
    FollowUpTask.objects.filter(owner=person).update(text=STRUCK_OUT)
    FeedToken.objects.filter(user=person).delete()


def _free_times(person: User, *, now: datetime) -> None:
    with translation.override("it"):
        reason = _("The account is erased.")
    for booking in Booking.objects.active().filter(learner=person).select_related("session"):
        if booking.can_be_cancelled(now=now):
            cancel_booking(booking, actor=person, reason=reason, now=now)
    for entry in WaitingEntry.objects.open().filter(learner=person):
        leave_line(entry, now=now)
    for request in SessionRequest.objects.open().filter(learner=person):
        withdraw_request(request, now=now)
