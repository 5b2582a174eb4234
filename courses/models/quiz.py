"""A quiz: which questions it asks, and by which rules."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import Tag
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PageManager

from courses import scoring
from courses.models.prerequisite import prerequisite_panel
from courses.models.question import Question
from courses.models.step import IS_REQUIRED_HELP, STEP_SUMMARY_HELP, Step, StepQuerySet


class QuizForm(WagtailAdminPageForm):
    """A quiz and what it draws are right or wrong together."""

    def clean(self):
        cleaned = super().clean()
        named = self._rows("quiz_questions")
        drawn = self._rows("draws")
        if named is None or drawn is None:
            return cleaned
        if not named and not drawn:
            self.add_error(None, ValidationError(_("A quiz needs a question, or a draw by tag."), code="no_questions"))
        for row in drawn:
            there = Question.objects.filter(tags=row["tag"]).exclude(pk__in=[r["question"].pk for r in named]).count()
            if there < row["count"]:
                text = _("The tag “%(tag)s” has %(there)d questions beside the fixed ones: %(count)d cannot be drawn.")
                words = {"tag": row["tag"], "there": there, "count": row["count"]}
                self.add_error(None, ValidationError(text, code="too_few_tagged", params=words))
        return cleaned

    def _rows(self, name: str) -> list[dict] | None:
        """What the lines of one list say; None when they are wrong or not on this form (a comment, a lock)."""
        lines = self.formsets.get(name)
        if lines is None or not lines.is_valid():
            return None
        return [
            form.cleaned_data
            for form in lines.forms
            if form.has_changed() or (form.instance.pk and not form.cleaned_data.get("DELETE"))
        ]


class ReviewField(models.CharField):
    """One row of the review matrix: from when something is shown."""

    def __init__(self, verbose_name=None, **options):
        super().__init__(verbose_name, **{"max_length": 10, "choices": QuizWhen} | options)


class QuizWhen(models.TextChoices):
    SUBMITTED = scoring.When.SUBMITTED.value, _("as soon as it is handed in")
    FINISHED = scoring.When.FINISHED.value, _("once it is passed or no attempt is left")
    CLOSED = scoring.When.CLOSED.value, _("after the closing day")
    NEVER = scoring.When.NEVER.value, _("never")


class ExtraTime(models.Model):
    """So much more time for one person at every quiz with a clock; why is nobody's business here."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="extra_time")
    percent = models.PositiveSmallIntegerField(
        _("more time (%)"), validators=[MinValueValidator(1), MaxValueValidator(200)]
    )

    def __str__(self):
        return f"{self.user} +{self.percent}%"


class QuizQuerySet(StepQuerySet):
    def for_sitting(self, user):
        """Add what a quiz's own page says: `question_total`, the person's `extra_percent`, and the database's time."""
        fixed = QuizQuestion.objects.filter(quiz=OuterRef("pk")).order_by().values("quiz").values(n=Count("pk"))
        drawn = QuizDraw.objects.filter(quiz=OuterRef("pk")).order_by().values("quiz").values(n=Sum("count"))
        extra = ExtraTime.objects.filter(user=user).values("percent")
        return self.annotate(
            question_total=Coalesce(Subquery(fixed), 0) + Coalesce(Subquery(drawn), 0),
            extra_percent=Coalesce(Subquery(extra), 0),
            now=Now(),
        )


class QuizPage(Step):
    """Questions from the bank with a pass mark."""

    class Counting(models.TextChoices):
        BEST = scoring.Counting.BEST.value, _("the best attempt")
        LAST = scoring.Counting.LAST.value, _("the last attempt")
        AVERAGE = scoring.Counting.AVERAGE.value, _("the average of the attempts")

    introduction = RichTextField(_("introduction"), features=["bold", "italic", "ul"], blank=True)
    pass_mark_percent = models.PositiveSmallIntegerField(
        _("pass mark (%)"), default=70, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    is_shuffled = models.BooleanField(_("shuffle questions and answers"), default=True)
    maximum_attempts = models.PositiveSmallIntegerField(
        _("attempts"), null=True, blank=True, help_text=_("Empty: as many as needed.")
    )
    counting = models.CharField(
        _("what counts"),
        max_length=10,
        choices=Counting,
        default=Counting.BEST,
        help_text=_("What has been passed once stays passed."),
    )

    is_one_at_a_time = models.BooleanField(
        _("one question at a time"), default=False, help_text=_("Unticked: all on one page.")
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("Empty: no clock. A coordinator can give a person more time."),
    )
    minutes_between_attempts = models.PositiveIntegerField(
        _("minutes between attempts"),
        default=0,
        validators=[MaxValueValidator(60 * 24 * 30)],
        help_text=_("From one hand-in to the next start; 1440 is a day."),
    )
    closes_at = models.DateTimeField(
        _("closes"), null=True, blank=True, help_text=_("No attempt goes beyond it. Empty: the quiz stays open.")
    )
    score_shown = ReviewField(_("the score"), default=QuizWhen.SUBMITTED)
    answers_shown = ReviewField(_("questions and own answers"), default=QuizWhen.SUBMITTED)
    verdicts_shown = ReviewField(_("which answers are right"), default=QuizWhen.SUBMITTED)
    comments_shown = ReviewField(_("comments"), default=QuizWhen.SUBMITTED)
    key_shown = ReviewField(_("the right answers"), default=QuizWhen.FINISHED)

    objects = PageManager.from_queryset(QuizQuerySet)()

    template = preview_template = "courses/quiz.html"
    KIND = Step.Kind.QUIZ
    base_form_class = QuizForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary", help_text=STEP_SUMMARY_HELP),
        FieldPanel("introduction"),
        InlinePanel("quiz_questions", heading=_("Questions that everybody gets"), label=_("question")),
        InlinePanel("draws", heading=_("Questions drawn at random"), label=_("draw")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("minutes"), FieldPanel("pass_mark_percent"), FieldPanel("maximum_attempts")]),
                FieldRowPanel([FieldPanel("counting"), FieldPanel("minutes_between_attempts")]),
                FieldRowPanel([FieldPanel("time_limit_minutes"), FieldPanel("closes_at")]),
                FieldRowPanel([FieldPanel("is_shuffled"), FieldPanel("is_one_at_a_time")]),
                FieldPanel("is_required", help_text=IS_REQUIRED_HELP),
            ],
            heading=_("Rules"),
        ),
        MultiFieldPanel(
            [FieldPanel(f"{what}_shown") for what in scoring.What],
            heading=_("What is shown from when"),
            help_text=_("Whether it is passed is always said. Nothing of a later row is shown without its questions."),
        ),
        prerequisite_panel(),
    ]

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")

    def clean(self):
        super().clean()
        if self.minutes < 1:
            raise ValidationError({"minutes": _("Say how many minutes the quiz takes: they count for the credit.")})
        if self.closes_at is None and scoring.When.CLOSED in self.review.values():
            raise ValidationError({"closes_at": _("Something is shown after the closing day: say when it closes.")})

    @property
    def review(self) -> dict[scoring.What, scoring.When]:
        return {what: scoring.When(getattr(self, f"{what}_shown")) for what in scoring.What}

    @property
    def personal_limit_minutes(self) -> int | None:
        """The time limit with the person's extra time, in full minutes; needs a row from `for_sitting()`."""
        return self.time_limit_minutes and self.time_limit_minutes * (100 + self.extra_percent) // 100

    def is_closed(self, *, now: datetime) -> bool:
        return self.closes_at is not None and self.closes_at <= now


class QuizQuestion(Orderable):
    quiz = ParentalKey(QuizPage, on_delete=models.CASCADE, related_name="quiz_questions")
    question = models.ForeignKey(Question, models.PROTECT, related_name="uses", verbose_name=_("question"))

    panels = [FieldPanel("question")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["quiz", "question"], name="question_once_per_quiz")]

    def __str__(self):
        return str(self.question)


class QuizDraw(Orderable):
    """So many questions of a tag, drawn anew for every attempt."""

    quiz = ParentalKey(QuizPage, on_delete=models.CASCADE, related_name="draws")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="quiz_draws", verbose_name=_("tag"))
    count = models.PositiveSmallIntegerField(
        _("how many"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    panels = [FieldRowPanel([FieldPanel("tag"), FieldPanel("count")])]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["quiz", "tag"], name="tag_once_per_quiz")]

    def __str__(self):
        return f"{self.count} {self.tag}"
