"""What a person writes in the margin of a lesson: nobody else reads it, the figures of usefulness excepted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.step import Step

LONGEST_TEXT = 5_000


class MarginQuerySet(models.QuerySet):
    def written(self):
        """With something to find again: a note, an answer to a question for reflection, or a bookmark."""
        return self.filter(~Q(note="") | ~Q(reflections={}) | Q(is_bookmarked=True))


class Margin(models.Model):
    """One row per person and step, whatever the enrolment: a retake finds its notes again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="margins")
    step = models.ForeignKey(Step, models.CASCADE, related_name="margins")
    note = models.TextField(blank=True)
    reflections = models.JSONField(default=dict, blank=True)  # the answers, by the key of the question's block
    is_bookmarked = models.BooleanField(default=False)
    is_useful = models.BooleanField(_("was this useful"), null=True)
    written_at = models.DateTimeField()

    objects = MarginQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "step"], name="one_margin_each")]

    def __str__(self):
        return f"{self.user_id} {self.step_id}"
