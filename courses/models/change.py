"""What editors have changed in a published course, for who is on the way."""

from django.db import models
from django.utils.translation import pgettext_lazy
from wagtail.models import COMMENTS_RELATION_NAME, Page, PageLogEntry, Revision

from courses.models.catalogue import CoursePage
from courses.models.enrolment import Enrolment

BOOKKEEPING = {field.name for field in Page._meta.concrete_fields} - {"title"} | {COMMENTS_RELATION_NAME}


def says_the_same(step: Page, revision: Revision) -> bool:
    """Whether the step was live until now with the same text and rules: to publish it again is no news.

    The entry of a publication is logged after its signal, so the last one there is that of the version before.
    """
    logged = PageLogEntry.objects.filter(page=step.pk, action__in=["wagtail.publish", "wagtail.unpublish"])
    last = logged.order_by("timestamp", "pk").last()
    if last is None or last.action == "wagtail.unpublish":
        return False
    before = Revision.objects.filter(pk=last.revision_id).first()
    return before is not None and _said(step, before) == _said(step, revision)


def _said(step: Page, revision: Revision) -> dict:
    """What editors write, without the dates and counters that every saving changes."""
    derived = {field.name for field in step._meta.concrete_fields if not field.editable}
    kept = {name: value for name, value in revision.content.items() if name not in BOOKKEEPING | derived}
    rows = {name: [row | {"pk": None} for row in value] for name, value in kept.items() if isinstance(value, list)}
    return kept | rows


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
