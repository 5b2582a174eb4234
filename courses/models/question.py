"""The question bank. A quiz draws from it; an attempt keeps a frozen copy, so an edit never changes the past."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable
from wagtail.search import index

from courses.models.step import QuizPage


class Question(index.Indexed, ClusterableModel):
    class Kind(models.TextChoices):
        ONE = "one", _("one right answer")
        SEVERAL = "several", _("several right answers")

    code = models.SlugField(_("code"), max_length=60, unique=True, help_text=_("For finding it again: gov-03-soglie."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ONE)
    text = models.TextField(_("question"))
    feedback = models.TextField(_("comment after the answer"), blank=True)

    panels = [
        FieldPanel("code"),
        FieldPanel("text"),
        FieldPanel("kind"),
        InlinePanel("choices", heading=_("Answers"), label=_("answer"), min_num=2),
        FieldPanel("feedback"),
    ]
    search_fields = [index.SearchField("text"), index.AutocompleteField("text"), index.SearchField("code")]

    class Meta:
        ordering = ["code"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self):
        return self.text


class Choice(Orderable):
    """One answer; its share is what it adds to the question's score: 100 when right, 0 or less when wrong."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(_("answer"), max_length=400)
    share_percent = models.SmallIntegerField(
        _("share of the score (%)"), default=0, validators=[MinValueValidator(-100), MaxValueValidator(100)]
    )
    feedback = models.TextField(_("why it is right or wrong"))

    class Meta(Orderable.Meta):
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self):
        return self.text


class QuizQuestion(Orderable):
    quiz = ParentalKey(QuizPage, on_delete=models.CASCADE, related_name="quiz_questions")
    question = models.ForeignKey(Question, models.PROTECT, related_name="uses", verbose_name=_("question"))

    panels = [FieldPanel("question")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["quiz", "question"], name="question_once_per_quiz")]

    def __str__(self):
        return str(self.question)
