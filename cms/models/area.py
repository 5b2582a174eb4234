"""The pages of the 14 inner areas."""

import re
from datetime import datetime

from django.core.cache import cache
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from accounts.models import RoleAssignment, User
from cms.models.domain_bars import domain_bars
from cms.models.territory_map import MAP_SECONDS, area_rows, areas_map
from courses.models import CoursePage, Edition, LiveSession, suggestions
from territory.models import Area, FundingSource, PublicBody
from territory.models.profile import kept_profile

PROVINCES = {
    "BG": "Bergamo", "BS": "Brescia", "CO": "Como", "CR": "Cremona", "LC": "Lecco", "LO": "Lodi",
    "MB": "Monza e Brianza", "MI": "Milano", "MN": "Mantova", "PV": "Pavia", "SO": "Sondrio", "VA": "Varese",
}  # fmt: skip
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "link", "ol", "ul"]


class AreasIndexPage(Page):
    introduction = models.CharField(_("introduction"), max_length=300, blank=True)

    max_count = 1
    admin_default_ordering = "ord"  # as on the site: the editor looks for an area where the public finds it
    private_page_options = []  # no page asks for a password: what is published is public
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.AreaPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction", help_text=_("One or two sentences under the title.")),
    ]

    class Meta:
        verbose_name = _("page of all areas")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return context | {"map": areas_map(), "areas": area_rows()}


class AreaPage(Page):
    area = models.OneToOneField(Area, models.PROTECT, related_name="page", verbose_name=_("inner area"))
    introduction = models.CharField(
        _("introduction"), max_length=300, blank=True, help_text=_("One or two sentences under the title.")
    )
    strategy = RichTextField(
        _("strategy"),
        features=TEXT_FEATURES,
        blank=True,
        help_text=_(
            "What the area wants to change and with which projects. The title of the strategy comes from the territory."
        ),
    )
    funding_note = models.CharField(
        _("note on the funding"),
        max_length=300,
        blank=True,
        help_text=_("What has to be known about the 14 million: which part is assigned, which act says so."),
    )

    private_page_options = []  # no page asks for a password: what is published is public
    parent_page_types = ["cms.AreasIndexPage"]
    subpage_types = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("area"),
        FieldPanel("introduction"),
        FieldPanel("strategy"),
        FieldPanel("funding_note"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("strategy")]

    class Meta:
        verbose_name = _("page of an area")
        verbose_name_plural = _("pages of areas")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        self.area, municipalities = self.kept_facts()
        return context | {
            "map": areas_map(),
            "municipalities": municipalities,
            "population": sum(body.population or 0 for body in municipalities),
            "provinces": ", ".join(province_names(self.area)),
            **cache.get_or_set("cms.funding", funding, MAP_SECONDS),
            **self.fragility(request.user),
            "courses": list(self.courses()),
            "tutors": list(self.tutors()),
            **self.meetings(now=timezone.now()),
        }

    def kept_facts(self) -> tuple[Area, list[PublicBody]]:
        """The area and its municipalities, kept as long as the map that shows them."""
        key = f"cms.area-facts.{self.area_id}"
        return cache.get_or_set(key, lambda: (self.area, list(self.municipalities())), MAP_SECONDS)

    def municipalities(self):
        return PublicBody.objects.current().municipalities().filter(area=self.area).order_by("name")

    def fragility(self, user) -> dict:
        """The area in the six domains, and the courses for the weakest; nothing to show while no values are loaded."""
        profile = kept_profile()
        own = profile.of(self.area)
        if own is None or not own.has_values:
            return {"profile": None}
        return {
            "profile": own,
            "profile_year": profile.year,
            "facts": profile.domains,
            "sources": profile.sources,
            "bars": domain_bars(own),
            "suggestions": suggestions(own, self.area, user=user, on=timezone.localdate()),
        }

    def meetings(self, *, now: datetime) -> dict:
        """The strategic workshops, the past ones too, and the coming meetings of the other editions of the area."""
        workshop, found = CoursePage.Modality.WORKSHOP, list(self.live_sessions())
        for row in found:
            if row.ends_at <= now:
                row.seats_left = None  # nobody takes a seat any more
        return {
            "workshops": [row for row in found if row.edition.course.modality == workshop],
            "meetings": [row for row in found if row.edition.course.modality != workshop and row.ends_at > now],
        }

    def live_sessions(self):
        """Every dated meeting that is held for this area."""
        taken = Count("edition__enrolments", filter=Q(edition__enrolments__left_at=None))
        sessions = LiveSession.objects.annotate(seats_left=F("edition__capacity") - taken).filter(
            edition__areas=self.area,
            edition__is_cancelled=False,
            edition__course__live=True,
        )
        return sessions.select_related("edition__course").order_by("starts_at")

    def courses(self):
        """Courses with an edition of their own for this area that takes enrolments."""
        editions = Edition.objects.open(on=timezone.localdate()).filter(areas=self.area)
        return CoursePage.objects.published().filter(pk__in=editions.values("course")).order_by("title")

    def tutors(self):
        roles = RoleAssignment.objects.current(on=timezone.localdate()).filter(
            role=RoleAssignment.Role.TUTOR, area=self.area
        )
        return User.objects.filter(pk__in=roles.values("user"), is_active=True).order_by("last_name", "first_name")


def province_names(area: Area) -> list[str]:
    """The names of the provinces whose codes the area lists ("BG, SO")."""
    return [PROVINCES.get(code, code) for code in re.findall(r"\w+", area.provinces)]


def funding() -> dict:
    """The sources of the programme, their sum, and the equal share of each area; in euro."""
    funds = list(FundingSource.objects.all())
    total = sum(fund.amount_eur for fund in funds)
    return {"funds": funds, "funds_eur": total, "funding_eur": total // max(Area.objects.count(), 1)}
