"""One sitting of a quiz, with its questions frozen as they were drawn."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.edition import Edition
from courses.models.enrolment import Enrolment
from courses.models.quiz import QuizPage


class AttemptQuerySet(models.QuerySet):
    def open(self):
        return self.filter(submitted_at=None)

    def waiting(self):
        """Handed in, with an answer that the tutor has not marked yet."""
        return self.filter(submitted_at__isnull=False, score_percent=None)

    def overdue(self, *, now: datetime):
        """Open past their deadline; who has left the course hands nothing in."""
        return self.open().filter(deadline_at__lte=now, enrolment__left_at=None)

    def visible_to(self, user):
        """Answers are the learner's; ANCI reads them with a reason; referents and coordinators never."""
        return self if user.scope.is_anci else self.filter(enrolment__user=user)


class Attempt(models.Model):
    """`paper` is a list of questions in the order shown, each a mapping:

    id, kind, text, feedback and choices (id, text, share_percent, feedback); since the question types also code,
    for short answers is_case_sensitive and are_accents_significant, for a number each choice's tolerance, for matching
    each choice's match and the shuffled options. A choice's id is its place on this paper (the bank's order would give
    the key away) and key its row in the bank; on older papers the id is that row. A question with a picture has picture
    (file, alt, width, height): the file of that day, which stays when the bank gets another.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attempts")
    quiz = models.ForeignKey(QuizPage, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("attempt"))
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    paper = models.JSONField()
    pass_mark_percent = models.PositiveSmallIntegerField()
    score_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz", "number"], name="attempts_are_numbered"),
            models.UniqueConstraint(
                fields=["enrolment", "quiz"], condition=models.Q(submitted_at=None), name="one_open_attempt"
            ),
        ]

    def __str__(self):
        return f"{self.quiz_id} {self.number}"

    @property
    def is_passed(self) -> bool:
        return self.score_percent is not None and self.score_percent >= self.pass_mark_percent

    @property
    def is_waiting(self) -> bool:
        return self.submitted_at is not None and self.score_percent is None

    @property
    def is_cut(self) -> bool:
        """Handed in by the clock, with what was saved until then."""
        return self.submitted_at is not None and self.submitted_at == self.deadline_at

    def is_overdue(self, *, now: datetime) -> bool:
        return self.deadline_at is not None and self.deadline_at <= now

    def marked(self) -> dict[int, Decimal]:
        """Open question → what the tutor gave."""
        rows = Marking.objects.filter(answer__attempt=self, marked_at__isnull=False)
        return {key: Decimal(percent) for key, percent in rows.values_list("answer__question_id", "percent")}

    def given(self) -> dict:
        """Question → what was answered: ids of choices, pair → option, or a text."""
        return dict(self.answers.values_list("question_id", "given"))


class Answer(models.Model):
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    question_id = models.PositiveBigIntegerField()  # the id in the frozen paper
    given = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "question_id"], name="one_answer_per_question")]

    def __str__(self):
        return f"{self.attempt_id} {self.question_id}"


class MarkingQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(marked_at=None, answer__attempt__enrolment__left_at=None)

    def visible_to(self, user):
        """The tutors' of the edition; where it has none, ANCI's, so that nobody's answer is left lying."""
        scope = user.scope
        taught = models.Q(answer__attempt__enrolment__edition__in=Edition.objects.filter(tutors=user).values("pk"))
        if scope.is_anci:
            return self.filter(taught | models.Q(answer__attempt__enrolment__edition__tutors=None))
        return self.filter(taught) if scope.is_tutor else self.none()


class Marking(models.Model):
    """An open answer before its tutor: made when it is handed in, filled once."""

    answer = models.OneToOneField(Answer, models.CASCADE, related_name="marking")
    points = models.JSONField(default=dict)  # criterion → points, 0 to its share
    percent = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(_("comment"), blank=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True)

    objects = MarkingQuerySet.as_manager()

    class Meta:
        ordering = ["answer__attempt__submitted_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="marking_is_whole",
                condition=models.Q(marked_at=None, percent=None)
                | models.Q(marked_at__isnull=False, percent__gte=0, percent__lte=100),
            )
        ]

    def __str__(self):
        return str(self.answer)

    @property
    def question(self) -> dict:
        """The question as it was asked, its rubric in `choices`."""
        return next(q for q in self.answer.attempt.paper if q["id"] == self.answer.question_id)
