"""What changes on a course page besides its text."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from courses.models import CoursePage, Step
from journal.actions import record


def refresh_credit(course: CoursePage) -> int:
    """Keep the sum of the required, published steps' minutes on the course, and return it."""
    required = Step.objects.outline(course).filter(is_required=True)
    minutes = required.order_by().aggregate(minutes=Sum("minutes"))["minutes"] or 0
    CoursePage.objects.filter(pk=course.pk).update(credit_minutes=minutes)
    return minutes


@transaction.atomic
def archive_course(course: CoursePage, *, actor: User, now: datetime) -> None:
    """Take a course out of the catalogue; who is enrolled goes on to the end."""
    CoursePage.objects.filter(pk=course.pk).update(is_archived=True)
    record("archive_course", course, actor=actor, now=now)
