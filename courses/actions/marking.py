"""Open answers: a tutor marks each one once, and the completion follows in the same transaction."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from courses import emails
from courses.actions.progress import lock, recompute
from courses.actions.quiz import keep_score
from courses.models import Attempt, ExtraTime, Marking
from courses.scoring import attempt_percent
from journal.actions import record


@transaction.atomic
def mark_answer(marking: Marking, *, points: Mapping[int, int], comment: str, actor: User, now: datetime) -> Marking:
    """Give points for every criterion, 0 to its share. Raises "already_marked" or "bad_points".

    With the last open answer of an attempt its score stands, and the learner is told.
    """
    enrolment = lock(marking.answer.attempt.enrolment)
    marking = Marking.objects.select_for_update(of=("self",)).select_related("answer__attempt__quiz").get(pk=marking.pk)
    if marking.marked_at:
        raise ValidationError(_("This answer has been marked meanwhile."), code="already_marked")
    shares = {criterion["id"]: criterion["share_percent"] for criterion in marking.question["choices"]}
    if set(points) != set(shares) or not all(0 <= points[key] <= share for key, share in shares.items()):
        raise ValidationError(_("Every criterion takes points from 0 to its share."), code="bad_points")
    marking.points = {str(key): value for key, value in points.items()}
    marking.percent = sum(points.values())
    marking.comment, marking.marked_by, marking.marked_at = comment, actor, now
    marking.save()
    area = enrolment.area.slug if enrolment.area else ""
    record("mark_answer", marking, actor=actor, area=area, now=now)
    _finish(enrolment, marking.answer.attempt, now=now)
    return marking


def _finish(enrolment, attempt: Attempt, *, now: datetime) -> None:
    attempt.score_percent = attempt_percent(attempt.paper, attempt.given(), attempt.marked())
    if attempt.score_percent is None:
        return
    attempt.save(update_fields=["score_percent"])
    keep_score(enrolment, attempt, now=now)
    recompute(enrolment, now=now)
    emails.queue_attempt_marked(attempt, now=now)


@transaction.atomic
def give_extra_time(user: User, *, percent: int, area: str, actor: User, now: datetime) -> None:
    """So much more time at every timed quiz from the next start on, 0 for none. No reason is kept: it may be health."""
    before = ExtraTime.objects.filter(user=user).values_list("percent", flat=True).first() or 0
    if percent:
        row = ExtraTime(user=user, percent=percent)
        row.clean_fields()
        ExtraTime.objects.update_or_create(user=user, defaults={"percent": percent})
    else:
        ExtraTime.objects.filter(user=user).delete()
    record(
        "give_extra_time",
        user,
        actor=actor,
        area=area,
        before={"extra_percent": before},
        after={"extra_percent": percent},
        now=now,
    )
