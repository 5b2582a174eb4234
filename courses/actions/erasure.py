"""What the courses keep about a person, and what of it stays when the person is erased."""

from datetime import datetime

from django.db import models, transaction

from accounts.models import User
from courses.actions.enrolment import leave
from courses.actions.waiting import withdraw_request
from courses.models import (
    Answer,
    Attempt,
    Attendance,
    CompletionDecision,
    Enrolment,
    Margin,
    SeatRequest,
    StepProgress,
    Watching,
)


def rows_about(person: User) -> list[models.QuerySet]:
    """All of it, for the copy that a person asks for."""
    of_enrolment = {"enrolment__user": person}
    return [
        *(model.objects.filter(user=person) for model in (Enrolment, SeatRequest, Margin)),
        *(model.objects.filter(**of_enrolment) for model in (StepProgress, Attempt, Attendance, CompletionDecision)),
        Answer.objects.filter(attempt__enrolment__user=person),
        Watching.objects.filter(progress__enrolment__user=person),
    ]


@transaction.atomic
def erase_learner(person: User, *, now: datetime) -> None:
    """Free the seats; take out notes, answers and free words. Enrolments, minutes and scores stay for the sums."""
    for enrolment in Enrolment.objects.open().filter(user=person):
        leave(enrolment, actor=person, now=now)
    for request in SeatRequest.objects.open().filter(user=person):
        withdraw_request(request, actor=person, now=now)
    Margin.objects.filter(user=person).delete()
    Answer.objects.filter(attempt__enrolment__user=person).delete()
    Watching.objects.filter(progress__enrolment__user=person).delete()
    SeatRequest.objects.filter(user=person).update(reason="")
    Attendance.objects.filter(enrolment__user=person).update(apology="")
    CompletionDecision.objects.filter(enrolment__user=person).update(reason="—")
