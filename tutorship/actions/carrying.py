"""People who go on at another body take along what is open with the tutors; what was held stays where it was."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.db import transaction

from accounts.actions import carry_over
from accounts.models import Employment
from tutorship.models import Booking, Case, SessionRequest, WaitingEntry
from tutorship.models.coverage import ZONE


@transaction.atomic
def carry_tutoring_over(moves: Mapping[int, Employment], *, first_on: date) -> None:
    """Let the appointments from `first_on` on, and what waits for one, go on with the new employments. Idempotent.

    Of a request, a place in a line and a case the area is the one whose tutors answer: it stays.
    """
    start = datetime.combine(first_on, time.min, ZONE)
    coming = Booking.objects.active().filter(session__state="scheduled", session__starts_at__gte=start)
    carry_over(coming, moves, "employment", "body", "area")
    carry_over(SessionRequest.objects.open(), moves, "employment", "body")
    carry_over(WaitingEntry.objects.open(), moves, "employment")
    for old in Employment.objects.filter(pk__in=list(moves)):
        Case.objects.current().filter(learner=old.user_id, body=old.body_id).update(body=moves[old.pk].body)
