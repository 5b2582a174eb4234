"""The home page: who the service is for, the map, what comes next."""

from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.models.news import NewsPage
from cms.models.territory_map import area_rows, areas_map
from courses.models import CoursePage, LiveSession

SESSIONS_SHOWN = COURSES_SHOWN = 3


class HomePage(Page):
    sentence = models.CharField(
        _("sentence in large type"),
        max_length=120,
        default="Formazione e tutor per chi lavora nei Comuni delle aree interne",
        help_text=_("Who the service is for, in one sentence."),
    )
    lead = models.CharField(
        _("introduction"),
        max_length=300,
        default="Corsi brevi, un tutor della propria area a cui chiedere, un attestato che l’ente può archiviare. "
        "Per il personale di 488 Comuni lombardi.",
        help_text=_("One or two sentences under it."),
    )

    max_count = 1
    private_page_options = []  # no page asks for a password: what is published is public
    parent_page_types = ["wagtailcore.Page"]
    content_panels = [*Page.content_panels, FieldPanel("sentence"), FieldPanel("lead")]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        catalogue = CoursePage.objects.published().filter(is_archived=False)
        return context | {
            "map": areas_map(),
            "areas": area_rows(),
            "sessions": next_sessions(),
            "courses": catalogue.filter(is_in_preparation=False).order_by("-first_published_at", "title")[
                :COURSES_SHOWN
            ],
            "course_count": catalogue.count(),
            "latest_news": NewsPage.objects.published().first(),
        }


def next_sessions():
    """The next meetings, with `seats_left`: None where nobody counts seats."""
    taken = Count("edition__enrolments", filter=Q(edition__enrolments__left_at=None))
    sessions = LiveSession.objects.upcoming(now=timezone.now()).annotate(seats_left=F("edition__capacity") - taken)
    return sessions.select_related("edition__course")[:SESSIONS_SHOWN]
