"""What editors have changed in a published course, for who is on the way."""

from django.db import models
from django.utils.translation import pgettext_lazy

from courses.models.catalogue import CoursePage
from courses.models.enrolment import Enrolment


class CourseChangeQuerySet(models.QuerySet):
    def news_for(self, enrolment: Enrolment) -> list["CourseChange"]:
        """What has changed since the person enrolled, the latest first: one line for each step.

        A step that came and was changed since is new; one that came and went again is not worth a line.
        """
        by_step: dict[int, CourseChange] = {}
        came: set[int] = set()
        since = self.filter(course=enrolment.edition.course_id, changed_at__gte=enrolment.enrolled_at)
        for row in since.order_by("changed_at", "pk"):
            if row.kind == CourseChange.Kind.ADDED and row.step_key not in by_step:
                came.add(row.step_key)
            by_step[row.step_key] = row
        for key in came:
            if by_step[key].kind == CourseChange.Kind.REMOVED:
                del by_step[key]
            else:
                by_step[key].kind = CourseChange.Kind.ADDED
        return sorted(by_step.values(), key=lambda row: row.changed_at, reverse=True)


class CourseChange(models.Model):
    """A step was published, published anew or taken out. The title is kept: the page may be gone."""

    class Kind(models.TextChoices):
        ADDED = "added", pgettext_lazy("step", "new")
        CHANGED = "changed", pgettext_lazy("step", "changed")
        REMOVED = "removed", pgettext_lazy("step", "removed")

    course = models.ForeignKey(CoursePage, models.CASCADE, related_name="changes")
    step_key = models.PositiveBigIntegerField()
    title = models.CharField(max_length=255)
    kind = models.CharField(max_length=10, choices=Kind)
    changed_at = models.DateTimeField()

    objects = CourseChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at"]
        indexes = [models.Index(fields=["course", "changed_at"])]

    def __str__(self):
        return f"{self.title}: {self.get_kind_display()}"
