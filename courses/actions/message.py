"""One message of a tutor or coordinator to some people of an edition."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from courses import emails
from courses.actions.edition import only_area
from courses.models import Edition, Enrolment
from journal.actions import record


@transaction.atomic
def send_message(
    edition: Edition,
    enrolments: Iterable[Enrolment],
    *,
    subject: str,
    text: str,
    key: UUID,
    actor: User,
    now: datetime,
) -> int:
    """Leave one mail for each person and return how many; the same `key` again leaves none."""
    queued = [
        emails.queue_message(enrolment, subject=subject, text=text, key=key, sender=actor, now=now)
        for enrolment in enrolments
    ]
    count = sum(queued)
    if count:
        record("send_message", edition, actor=actor, area=only_area(edition), after={"people": count}, now=now)
    return count
