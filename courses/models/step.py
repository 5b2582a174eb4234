"""Steps of a course: pages for the editor, named views for the learner."""

import re
from collections.abc import Mapping

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from courses.blocks import LESSON_BLOCKS, is_whole, lesson_demands
from courses.lesson_markdown import reading_minutes, words
from courses.models.glossary import with_terms
from courses.models.prerequisite import Match, Prerequisite, prerequisite_panel

OUTLINE_COLUMNS = [
    *("path", "depth", "slug", "title", "last_published_at"),
    *("kind", "minutes", "is_required", "opens_with"),
]
STEP_SUMMARY_HELP = _("One line under the title: what this step is about.")
IS_REQUIRED_HELP = _("The course is completed with all required steps, and only their minutes count for the credit.")


class StepQuerySet(PageQuerySet):
    def outline(self, course):
        """The live steps of a course in their order: the columns that lists show and `is_conditional`, one query."""
        conditions = Prerequisite.objects.filter(page=OuterRef("pk"))
        found = self.child_of(course).live().annotate(is_conditional=Exists(conditions))
        return found.order_by("path").only(*OUTLINE_COLUMNS)

    def with_rules(self):
        """Add what the kinds of step ask for: `demands` of a lesson, `pass_mark` of a quiz, `minimum_percent` of live
        meetings; None for the other kinds."""
        return self.annotate(
            demands=F("lessonpage__demands"),
            pass_mark=F("quizpage__pass_mark_percent"),
            minimum_percent=F("livesteppage__minimum_percent"),
        )

    def with_usefulness(self):
        """Steps that somebody has judged: how many found each `useful` and `not_useful`; the least useful first."""
        return (
            self.filter(margins__is_useful__isnull=False)
            .annotate(
                useful=Count("margins", filter=Q(margins__is_useful=True)),
                not_useful=Count("margins", filter=Q(margins__is_useful=False)),
            )
            .order_by("-not_useful", "useful", "path")
        )


class Step(Page):
    """A step of a course. The outline, the minutes and the credit read only these columns."""

    class Kind(models.TextChoices):
        LESSON = "lesson", _("lesson")
        QUIZ = "quiz", _("quiz")
        LIVE = "live", _("live meetings")

    kind = models.CharField(max_length=10, choices=Kind, editable=False)
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0, validators=[MaxValueValidator(600)])
    is_required = models.BooleanField(_("required for completion"), default=True)
    opens_with = models.CharField(_("to open it"), max_length=3, choices=Match, default=Match.ALL)

    objects = PageManager.from_queryset(StepQuerySet)()

    is_creatable = False
    private_page_options = []
    parent_page_types = ["courses.CoursePage"]
    subpage_types = []
    search_fields = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    @property
    def status_string(self):
        """In the lists of the CMS; a published step of a draft course is not to be seen (see `waiting_steps`)."""
        is_waiting = self.live and getattr(self, "waits_for_course", False)
        return _("waits for the course") if is_waiting else super().status_string

    def clean(self):
        super().clean()
        self.kind = self.KIND

    def get_url_parts(self, request=None):
        """The step's address is the learner's view: by slugs, so that a page not yet saved has one too."""
        parts = super().get_url_parts(request)
        if parts is None or parts[2] is None:
            return parts
        course, step = self.url_path.strip("/").split("/")[-2:]
        return parts[0], parts[1], reverse("courses:step", args=[course, step])

    def serve(self, request, *args, **kwargs):
        return redirect(self.get_url(request))

    def serve_preview(self, request, mode_name):
        return TemplateResponse(request, self.preview_template, self.get_context(request) | {"is_preview": True})

    def get_sitemap_urls(self, request=None):
        return []  # a step needs an enrolment


class LessonPage(Step):
    """A text of about ten minutes; its minutes follow from the words and the stated exercise time."""

    body = StreamField(LESSON_BLOCKS, verbose_name=_("text"), blank=True)
    exercise_minutes = models.PositiveSmallIntegerField(
        _("minutes for the exercise"),
        default=0,
        validators=[MaxValueValidator(120)],
        help_text=_("Reading time is counted from the words (120 a minute) and added."),
    )

    # What the body asks for before the lesson counts: {"recordings": {id: {"percent", "twin"}},
    # "checkpoints": [key]}, kept when it is saved.
    demands = models.JSONField(default=dict, editable=False)

    template = preview_template = "courses/lesson.html"
    KIND = Step.Kind.LESSON
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary", help_text=STEP_SUMMARY_HELP),
        FieldPanel("body", help_text=_("Add blocks with the plus sign; 400 to 900 words make about ten minutes.")),
        FieldRowPanel([FieldPanel("exercise_minutes"), FieldPanel("is_required", help_text=IS_REQUIRED_HELP)]),
        prerequisite_panel(),
    ]
    search_fields = [*Step.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def clean(self):
        super().clean()
        self.demands = lesson_demands(self.body)
        self.minutes = reading_minutes(len(self.words())) + self.exercise_minutes

    def checkpoint(self, key: str):
        """The checkpoint question with this key, or None."""
        questions = (block for block in self.body if block.block_type == "checkpoint" and block.id == key)
        return next((question.value for question in questions), None)

    def body_html(self) -> str:
        """The text as the learner reads it."""
        return render_to_string("courses/_body.html", {"body": [block for block in self.body if is_whole(block)]})

    def get_context(self, request, *args, **kwargs):
        body = with_own(with_terms(self.body_html()), {})
        return super().get_context(request, *args, **kwargs) | {"body_html": body}

    def words(self) -> list[str]:
        """The words of the text, tables and boxes included."""
        content = " ".join(str(part) for block in self.body for part in block.block.get_searchable_content(block.value))
        return words(content)


OWN_PLACE = re.compile(r"<!--own:([\w-]+)-->")


def with_own(body_html: str, own: Mapping[str, str]) -> str:
    """Put the person's own words, escaped, into their places in a lesson that is rendered once for everybody."""
    return mark_safe(OWN_PLACE.sub(lambda place: conditional_escape(own.get(place[1], "")), body_html))
