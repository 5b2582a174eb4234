"""People who go on at another body take their open courses along; what they have completed stays where it was."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q

from accounts.actions import carry_over
from accounts.models import Employment
from courses.models import Edition, Enrolment, SeatRequest
from territory.models import PublicBody


@transaction.atomic
def carry_learning_over(moves: Mapping[int, Employment]) -> int:
    """Let open enrolments and requests for a seat go on with the new employments; return how many. Idempotent.

    A course counts whole for the body that one works for when it is completed.
    """
    enrolments = carry_over(Enrolment.objects.open(), moves, "employment", "body", "area")
    return enrolments + carry_over(SeatRequest.objects.open(), moves, "employment")


@transaction.atomic
def open_to_successor(body: PublicBody, *, successor: PublicBody, today: date) -> None:
    """Let the editions for the staff of a body that are not over be for the staff of its successor. Idempotent."""
    not_over = Q(ends_on=None) | Q(ends_on__gte=today)
    for edition in Edition.objects.filter(not_over, bodies=body, is_cancelled=False):
        edition.bodies.remove(body)
        edition.bodies.add(successor)
