"""What has to be so before a course can be taken or a step opened: written in the CMS, on the page that it locks."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page

from courses.prerequisites import Condition, Facts, unmet
from lib.elision import elided
from territory.models import Area


class Match(models.TextChoices):
    ALL = "all", gettext_lazy("all of these")
    ANY = "any", gettext_lazy("one of these is enough")


class PrerequisiteQuerySet(models.QuerySet):
    def unmet(self, user, pages, *, on: date, areas: set[int]) -> dict[int, list["Prerequisite"]]:
        """What still locks each of these courses or steps for a person: {page: what is missing}, open ones left out.

        `areas` are the areas of the employments that count. Two queries, whatever the number of pages; one where no
        course is asked for.
        """
        any_is_enough = {page.pk: page.opens_with == Match.ANY for page in pages}
        by_page: dict[int, list[Prerequisite]] = {}
        for row in self.filter(page__in=any_is_enough).select_related("course", "area").order_by("sort_order", "pk"):
            by_page.setdefault(row.page_id, []).append(row)
        if not by_page:
            return {}
        asks_for_courses = any(row.course_id for rows in by_page.values() for row in rows)
        facts = Facts(_completed(user) if asks_for_courses else (), areas, on)
        found = {
            pk: unmet([row.as_condition() for row in rows], facts, any_is_enough=any_is_enough[pk])
            for pk, rows in by_page.items()
        }
        return {pk: [row.key for row in missing] for pk, missing in found.items() if missing}


class Prerequisite(Orderable):
    """One condition of a course or a step: another course completed, a day, or an area. Exactly one of them."""

    page = ParentalKey(Page, on_delete=models.CASCADE, related_name="prerequisites")
    course = models.ForeignKey(
        "courses.CoursePage",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("this course is completed"),
    )
    opens_on = models.DateField(gettext_lazy("this day has come"), null=True, blank=True)
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("staff of this inner area"),
    )

    objects = PrerequisiteQuerySet.as_manager()

    panels = [FieldRowPanel([FieldPanel("course"), FieldPanel("opens_on"), FieldPanel("area")])]

    class Meta(Orderable.Meta):
        verbose_name = gettext_lazy("condition")
        verbose_name_plural = gettext_lazy("conditions")
        constraints = [
            models.CheckConstraint(
                name="prerequisite_is_one_condition",
                condition=Q(course__isnull=False, opens_on=None, area=None)
                | Q(course=None, opens_on__isnull=False, area=None)
                | Q(course=None, opens_on=None, area__isnull=False),
                violation_error_message=gettext_lazy("Each condition is one thing: a course, a day or an area."),
            )
        ]

    def __str__(self):
        if self.course_id:
            return _("complete the course “%(course)s”") % {"course": self.course.title}
        if self.opens_on:
            return elided(_("wait until %(day)s") % {"day": date_format(self.opens_on, "j F Y")})
        return _("work for a body of the area %(area)s") % {"area": self.area}

    def as_condition(self) -> Condition:
        return Condition(self, course=self.course_id, opens_on=self.opens_on, area=self.area_id)


def why_locked(page, missing: list[Prerequisite]) -> str:
    """What is missing, as one sentence."""
    things = "; ".join(str(row) for row in missing)
    if page.opens_with == Match.ANY and len(missing) > 1:
        return _("Still locked. One of these opens it: %(things)s.") % {"things": things}
    return _("Still locked. To open it: %(things)s.") % {"things": things}


def _completed(user) -> set[int]:
    return set(user.enrolments.completed().values_list("edition__course", flat=True))


def prerequisite_panel() -> MultiFieldPanel:
    """The part of an editor's form that locks a course or a step."""
    rows = InlinePanel("prerequisites", label=gettext_lazy("condition"))
    return MultiFieldPanel([rows, FieldPanel("opens_with")], heading=gettext_lazy("Before it opens"))
