"""One sitting of a quiz, with its questions frozen as they were drawn."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.enrolment import Enrolment
from courses.models.step import QuizPage


class AttemptQuerySet(models.QuerySet):
    def open(self):
        return self.filter(submitted_at=None)

    def visible_to(self, user):
        """Answers are the learner's; ANCI reads them with a reason; referents and coordinators never."""
        return self if user.scope.is_anci else self.filter(enrolment__user=user)


class Attempt(models.Model):
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attempts")
    quiz = models.ForeignKey(QuizPage, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("attempt"))
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    # [{"id", "kind", "text", "feedback", "choices": [{"id", "text", "share_percent", "feedback"}]}] in the order shown
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


class Answer(models.Model):
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    question_id = models.PositiveBigIntegerField()  # the id in the frozen paper
    choice_ids = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "question_id"], name="one_answer_per_question")]

    def __str__(self):
        return f"{self.attempt_id} {self.question_id}"
