"""The question bank. A quiz draws from it; an attempt keeps a frozen copy, so an edit never changes the past."""

from django.contrib import admin
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, PreviewableMixin, RevisionMixin
from wagtail.search import index

from courses import scoring
from courses.models.material import PICTURES, light_picture, private_storage
from courses.models.question_form import QuestionForm


class QuestionQuerySet(models.QuerySet):
    def used(self):
        """Questions that some quiz asks, by name or by one of their tags."""
        asked = Q(uses__isnull=False) | Q(tags__quiz_draws__isnull=False)
        return self.filter(pk__in=self.model.objects.filter(asked).values("pk"))

    def with_use_count(self):
        """Add `uses_total`: how many quizzes ask the question by name."""
        return self.annotate(uses_total=Count("uses", distinct=True))

    def unused(self):
        return self.exclude(pk__in=self.used().values("pk"))


class QuestionTag(TaggedItemBase):
    content_object = ParentalKey("courses.Question", on_delete=models.CASCADE, related_name="tagged_items")


class Question(PreviewableMixin, RevisionMixin, index.Indexed, ClusterableModel):
    class Kind(models.TextChoices):
        ONE = scoring.Kind.ONE.value, _("one right answer")
        SEVERAL = scoring.Kind.SEVERAL.value, _("several right answers")
        TRUTH = scoring.Kind.TRUTH.value, _("true or false")
        GAP = scoring.Kind.GAP.value, _("missing word")
        MATCHING = scoring.Kind.MATCHING.value, _("matching")
        SHORT = scoring.Kind.SHORT.value, _("short text")
        NUMERIC = scoring.Kind.NUMERIC.value, _("number")
        OPEN = scoring.Kind.OPEN.value, _("open answer, marked by the tutor")

    code = models.SlugField(_("code"), max_length=60, unique=True, help_text=_("For finding it again: gov-03-soglie."))
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind,
        default=Kind.ONE,
        help_text=_("It decides which of the fields below are asked for, and how the answer is scored."),
    )
    text = models.TextField(
        _("question"), help_text=_("For a missing word, write five low lines where it stands: The _____ signs the act.")
    )
    picture = models.FileField(
        _("picture"),
        storage=private_storage,
        upload_to="question_pictures/",
        blank=True,
        validators=[FileExtensionValidator(PICTURES)],
        help_text=_("Stands below the question. JPEG, PNG or WebP; it is made light when it is saved."),
    )
    picture_alt = models.CharField(
        _("alternative text"),
        max_length=250,
        blank=True,
        help_text=_("What the picture shows, for who cannot see it; without giving the answer away."),
    )
    picture_width = models.PositiveIntegerField(editable=False, null=True)
    picture_height = models.PositiveIntegerField(editable=False, null=True)
    feedback = models.TextField(
        _("comment after the answer"),
        blank=True,
        help_text=_("Shown to everybody with the result, whatever they said."),
    )
    is_case_sensitive = models.BooleanField(
        _("capital letters matter"), default=False, help_text=_("Unticked: “cig” is as good as “CIG”.")
    )
    are_accents_significant = models.BooleanField(
        _("accents matter"), default=False, help_text=_("Unticked: “citta” is as good as “città”.")
    )
    tags = ClusterTaggableManager(
        through=QuestionTag,
        blank=True,
        verbose_name=_("tags"),
        help_text=_("A quiz can draw questions at random from a tag."),
    )

    objects = QuestionQuerySet.as_manager()

    base_form_class = QuestionForm
    panels = [
        FieldPanel("code"),
        FieldPanel("kind"),
        FieldPanel("text"),
        MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_alt")], heading=_("Picture")),
        InlinePanel(
            "choices",
            heading=_("Answers"),
            label=_("answer"),
            help_text=_("The choices, the pairs, the accepted answers or the criteria of the rubric, by kind."),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("is_case_sensitive"), FieldPanel("are_accents_significant")])],
            heading=_("How a written answer is compared"),
            classname="only-short",
        ),
        FieldPanel("feedback"),
        FieldPanel("tags"),
    ]
    search_fields = [
        index.SearchField("text"),
        index.AutocompleteField("text"),
        index.SearchField("code"),
        index.FilterField("kind"),
    ]

    class Meta:
        ordering = ["code"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                name="question_picture_has_alternative_text",
                condition=Q(picture="") | ~Q(picture_alt=""),
                violation_error_message=_("Write the alternative text of the picture."),
            )
        ]

    def __str__(self):
        return self.text

    def clean(self):
        super().clean()
        if self.picture and not self.picture._committed:
            self.picture, self.picture_width, self.picture_height = light_picture(self.picture, "picture")

    @admin.display(description=_("quizzes"), ordering="uses_total")
    def use_count(self) -> int:
        """In how many quizzes it is fixed; needs a row from `with_use_count()`."""
        return self.uses_total

    def get_preview_template(self, request, mode_name):
        return "courses/admin/question_preview.html"


class Choice(Orderable):
    """One choice, pair, accepted answer or criterion; its share is what it adds to the question's score."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(
        _("answer"),
        max_length=400,
        blank=True,
        help_text=_(
            "Short text: an accepted answer, * stands for anything. Number: the value. Matching: the left side, empty "
            "for a right side that matches nothing. Open answer: the criterion."
        ),
    )
    match = models.CharField(
        _("matches with"), max_length=400, blank=True, help_text=_("The right side; it is always shown shuffled.")
    )
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=20,
        decimal_places=6,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("How far off an answer may be, on either side."),
    )
    share_percent = models.SmallIntegerField(
        _("share of the score (%)"),
        default=0,
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
        help_text=_(
            "100 for the right answer, 0 for a wrong one. Several right answers share 100; a wrong one may take away, "
            "so that ticking everything earns nothing. Criteria of a rubric add up to 100."
        ),
    )
    feedback = models.TextField(
        _("why it is right or wrong"),
        blank=True,
        help_text=_("Shown to who gave this answer. For a criterion: what earns it in full, seen by the tutor only."),
    )

    panels = [
        FieldPanel("text", classname="not-truth"),
        FieldPanel("match", classname="only-matching"),
        FieldPanel("tolerance", classname="only-numeric"),
        FieldPanel("share_percent", classname="not-matching"),
        FieldPanel("feedback", classname="not-matching"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self):
        return self.text
