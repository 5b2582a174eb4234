"""The catalogue and the course page, written in Wagtail and read by anybody."""

from secrets import token_hex

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from courses.models.prerequisite import Match, prerequisite_panel
from territory.models import Objective, Pillar


class CatalogueIndexPage(Page):
    """The one page under which every course lives."""

    introduction = models.CharField(_("introduction"), max_length=250, blank=True)

    max_count = 1
    private_page_options = []
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["courses.CoursePage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("catalogue")

    def get_url_parts(self, request=None):
        parts = super().get_url_parts(request)
        return parts and (*parts[:2], reverse("courses:catalogue"))

    def serve(self, request, *args, **kwargs):
        return redirect(self.get_url(request))


class CourseQuerySet(PageQuerySet):
    def published(self):
        """Courses that anybody may read about: page privacy is switched off for them (`private_page_options`)."""
        return self.live()

    def by_name(self):
        """What a step's page shows of its course: the path for the outline, the slug and title for links."""
        return self.only("path", "depth", "slug", "title")


DRAFT_CODE = "BOZZA-"


def draft_code() -> str:
    """A code that no other course has, for a new course or a copy; the editor gives the real one."""
    return f"{DRAFT_CODE}{token_hex(3)}"


class CoursePage(Page):
    class Level(models.TextChoices):
        BASIC = "base", _("basic")
        INTERMEDIATE = "intermedio", _("intermediate")
        ADVANCED = "avanzato", _("advanced")

    class Modality(models.TextChoices):
        ONLINE = "e-learning", _("online, in one's own time")
        WEBINAR = "webinar", _("live online")
        WORKSHOP = "laboratorio", _("workshop")
        IN_PERSON = "presenza", _("in person")
        BLENDED = "blended", _("online and in person")

    class Theme(models.TextChoices):
        ADMINISTRATIVE = "amministrativa", _("administrative transition")
        DIGITAL = "digitale", _("digital transition")
        ECOLOGICAL = "ecologica", _("ecological transition")
        VALUES = "valori", _("principles and values of public service")
        LEADERSHIP = "leadership", _("leadership and soft skills")

    code = models.CharField(_("code"), max_length=12, unique=True, default=draft_code)
    summary = models.CharField(
        _("what one will be able to do"), max_length=200, help_text=_("One line, shown in the catalogue.")
    )
    description = RichTextField(_("description"), features=["bold", "italic", "link", "ol", "ul"], blank=True)
    pillar = models.ForeignKey(Pillar, models.PROTECT, verbose_name=_("pillar"), related_name="+")
    objective = models.ForeignKey(Objective, models.PROTECT, verbose_name=_("objective"), related_name="+")
    theme = models.CharField(_("theme"), max_length=20, choices=Theme)
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.BASIC)
    modality = models.CharField(_("modality"), max_length=12, choices=Modality)
    planned_hours = models.PositiveSmallIntegerField(
        _("planned hours"),
        validators=[MinValueValidator(1)],
        help_text=_("For the catalogue only: certificates carry the minutes of the steps."),
    )
    audience = models.CharField(
        _("audience"), max_length=200, blank=True, help_text=_("Offices or roles, with commas.")
    )
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    is_mandatory = models.BooleanField(
        _("required by law"),
        default=False,
        help_text=_(
            "Training that the law asks for, such as safety or anticorruption: its hours are counted apart too."
        ),
    )
    planned_outline = models.TextField(
        _("planned programme"), blank=True, help_text=_("One step a line; shown while the course is in preparation.")
    )
    opens_with = models.CharField(_("to open it"), max_length=3, choices=Match, default=Match.ALL)
    is_in_preparation = models.BooleanField(
        _("in preparation"), default=True, help_text=_("The outline is shown, nobody can enrol yet.")
    )
    is_archived = models.BooleanField(
        _("archived"), default=False, help_text=_("Out of the catalogue; who is enrolled goes on.")
    )
    # The sum of the required steps' minutes, kept when a step is published or withdrawn: one column for lists.
    credit_minutes = models.PositiveIntegerField(_("credit in minutes"), default=0, editable=False)

    objects = PageManager.from_queryset(CourseQuerySet)()

    private_page_options = []  # who may read what follows from enrolments and roles
    exclude_fields_in_copy = ["code"]
    admin_default_ordering = "ord"  # the steps in the order in which they are taken
    parent_page_types = ["courses.CatalogueIndexPage"]
    subpage_types = ["courses.LessonPage", "courses.QuizPage", "courses.LiveStepPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel(
            "code",
            help_text=_(
                "Short and unique, as on the certificates: GOV-03. A code that begins with BOZZA is provisional: "
                "give the real one before publishing."
            ),
        ),
        FieldPanel("summary"),
        FieldPanel(
            "description",
            help_text=_("Two or three paragraphs at the top of the course page: for whom, which problem it solves."),
        ),
        FieldPanel("planned_outline"),
        InlinePanel("outcomes", label=_("outcome"), heading=_("At the end one can")),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("pillar", help_text=_("Of the programme; a filter of the catalogue.")),
                        FieldPanel("objective", help_text=_("The objective of the programme that the course serves.")),
                        FieldPanel("theme", help_text=_("A filter of the catalogue.")),
                    ]
                ),
                FieldRowPanel(
                    [
                        FieldPanel("level", help_text=_("Basic: nothing has to be known before.")),
                        FieldPanel(
                            "modality",
                            help_text=_("Online courses are always open; the others are offered in editions on dates."),
                        ),
                        FieldPanel("planned_hours"),
                    ]
                ),
                FieldPanel("audience"),
                FieldPanel(
                    "legal_basis",
                    help_text=_("The acts that the course explains, such as: D.Lgs. 36/2023. Empty: no line is shown."),
                ),
                FieldPanel("is_mandatory"),
            ],
            heading=_("In the catalogue"),
        ),
        prerequisite_panel(),
        MultiFieldPanel([FieldPanel("is_in_preparation"), FieldPanel("is_archived")], heading=_("State")),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("description"),
        index.SearchField("code"),
        index.FilterField("is_archived"),
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def get_url_parts(self, request=None):
        parts = super().get_url_parts(request)
        if parts is None or parts[2] is None:
            return parts
        return parts[0], parts[1], reverse("courses:course_detail", args=[self.slug])

    def serve(self, request, *args, **kwargs):
        return redirect(self.get_url(request))

    def serve_preview(self, request, mode_name):
        return TemplateResponse(request, "courses/course_detail.html", self.get_context(request) | {"is_preview": True})

    def clean(self):
        super().clean()
        if self.live and self.has_draft_code:
            text = _("The code is still provisional (%(code)s): give the course its own before publishing it.")
            raise ValidationError({"code": ValidationError(text % {"code": self.code}, code="draft_code")})

    @property
    def has_draft_code(self) -> bool:
        return self.code.startswith(DRAFT_CODE)

    @property
    def state(self) -> str:
        """What the lists of the CMS say of a course, in one word or two."""
        if not self.live:
            return _("draft")
        if self.is_archived:
            return _("archived")
        return _("in preparation") if self.is_in_preparation else _("open for enrolment")

    def is_open(self) -> bool:
        """Whether people can be enrolled at all; each edition adds its own rules."""
        return self.live and not self.is_in_preparation and not self.is_archived


class CourseOutcome(Orderable):
    """One thing that a person can do after the course."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="outcomes")
    text = models.CharField(_("outcome"), max_length=200)

    def __str__(self):
        return self.text
