"""The page frame: who sees which links. Evaluated only by templates that show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.models import SiteSettings
from territory.models import PublicBody


@dataclass(frozen=True)
class Link:
    url: str
    label: str
    is_current: bool = False
    key: str = ""


@dataclass(frozen=True)
class Section:
    """Pages about one thing, under one tab; the tab leads to the first of them."""

    label: str
    links: Sequence[Link]

    @property
    def url(self) -> str:
        return self.links[0].url

    @property
    def is_current(self) -> bool:
        """A body's own page is known by its address: a referent may have several."""
        return any(link.key == "own_body" and link.is_current for link in self.links)

    @property
    def keys(self) -> list[str]:
        return [link.key for link in self.links]


class Frame:
    """Links and settings around every page, for the person of this request."""

    def __init__(self, request):
        self.request = request

    @cached_property
    def settings(self) -> SiteSettings:
        return SiteSettings.current()

    @cached_property
    def scope(self):
        user = getattr(self.request, "user", None)
        return user.scope if user and user.is_authenticated else None

    @cached_property
    def navigation(self) -> list[Link]:
        scope = self.scope
        own = self.link("reports:my_training", _("My training")) if scope else []
        roles = [*self.tutor_links, *self.coordination_links] if scope else []
        return [
            *own,
            *self.link("courses:catalogue", _("Courses")),
            *self.link("tutorship:booking_start", _("Tutors")),
            *self.page("aree/", _("Inner areas")),
            *self.page("notizie/", pgettext("site", "News")),
            *roles,
        ]

    @property
    def tutor_links(self) -> list[Link]:
        return self.link("tutorship:tutor_week", pgettext("site", "Tutoring")) if self.scope.is_tutor else []

    @property
    def coordination_links(self) -> list[Link]:
        if self.scope.is_coordinator:
            return self.link("reports:overview", _("Coordination"))
        return self.own_bodies

    @cached_property
    def own_bodies(self) -> list[Link]:
        """The bodies whose referent the person is; only several need their names from the database."""
        ids = sorted(self.scope.body_ids)
        if len(ids) == 1:
            return self.link("reports:body_detail", _("My body"), *ids, key="own_body")
        bodies = PublicBody.objects.filter(pk__in=ids) if ids else []
        return [
            link for body in bodies for link in self.link("reports:body_detail", body.name, body.pk, key="own_body")
        ]

    @cached_property
    def coordination(self) -> list["Section"]:
        """The pages under "Coordinamento" that the person's roles open, by what they are about."""
        scope = self.scope
        if not scope or not (scope.is_coordinator or scope.is_referent):
            return []
        people = [
            *self.link("accounts:people_list", _("People"), key="people"),
            *self.link("accounts:confirmation_list", _("To be confirmed"), key="confirmations"),
            *self.link("certificates:external_list", _("Training elsewhere"), key="external"),
        ]
        if not scope.is_coordinator:
            return [Section(link.label, (link,)) for link in [*self.own_bodies, *people]]
        territory = [
            *self.link("reports:overview", _("Overview"), key="territory"),
            *self.link("reports:comparison", _("Comparisons"), key="comparison"),
            *self.link("reports:silent_list", _("Silent municipalities"), key="silent"),
            *self.link("reports:office_list", _("Fragile offices"), key="offices"),
            *self.link("reports:fragility", _("Fragility of the areas"), key="fragility"),
            *self.link("territory:proposal_list", _("Proposed bodies"), key="bodies"),
            *(self.link("territory:import", _("Import the municipalities"), key="import") if scope.is_anci else []),
        ]
        at_risk = self.link("reports:at_risk", _("People at risk"), key="at_risk")
        courses = [
            *self.link("courses:edition_list", _("Editions"), key="editions"),
            *self.link("courses:seat_request_list", _("Requests for seats"), key="requests"),
        ]
        tutors = [
            *self.link("tutorship:coverage_list", _("Tutors and topics"), key="coverage"),
            *self.link("tutorship:demand", _("Demand and coverage"), key="demand"),
            *self.link("tutorship:request_list", _("Requests for a session"), key="session_requests"),
            *self.link("tutorship:closure_list", _("Closures"), key="closures"),
        ]
        return [
            Section(_("Territory"), territory),
            Section(_("People"), [*people[:1], *at_risk, *people[1:]]),
            Section(_("Courses"), courses),
            Section(_("Tutors"), tutors),
            Section(_("Registers"), self.registers),
        ]

    @property
    def registers(self) -> list[Link]:
        scope = self.scope
        return [
            *self.link("certificates:register", _("Register of certificates"), key="register"),
            *self.link("reports:snapshot_list", _("Frozen figures"), key="snapshots"),
            *self.link("reports:monthly_list", _("Monthly reports"), key="monthly"),
            *self.link("journal:audit_list", _("Register of activities"), key="audit"),
            *(self.link("accounts:erasure_list", _("Requests for erasure"), key="erasure") if scope.is_anci else []),
        ]

    @cached_property
    def personal_links(self) -> list[Link]:
        cms = self.link("wagtailadmin_home", _("Write contents (CMS)")) if self.scope.needs_second_factor else []
        return [
            *self.link("accounts:profile", _("Profile and body")),
            *self.link("tutorship:booking_list", _("My appointments")),
            *self.link("certificates:certificate_list", _("My certificates")),
            *cms,
        ]

    @cached_property
    def contact_links(self) -> list[Link]:
        return [
            *self.link("tutorship:booking_start", _("The tutors of one’s area")),
            *self.link("certificates:verify", _("Verify a certificate")),
        ]

    @cached_property
    def legal_links(self) -> list[Link]:
        settings = self.settings
        pages = [
            (settings.privacy_url, pgettext("site", "Privacy")),
            (settings.accessibility_url, pgettext("site", "Accessibility")),
            (settings.programme_url, _("The programme")),
            (settings.source_code_url, _("Source code")),
        ]
        links = [Link(url, label) for url, label in pages if url]
        return [*links, *self.link("cms:feedback", _("Report an accessibility problem"))]

    @property
    def search_url(self) -> str:
        links = self.link("cms:search", "")
        return links[0].url if links else ""

    def link(self, name: str, label: str, *args, key: str = "") -> list[Link]:
        """One link, or none while the address does not exist."""
        try:
            return [self._link(reverse(name, args=args), label, key)]
        except NoReverseMatch:
            return []

    def page(self, path: str, label: str) -> list[Link]:
        return [self._link(reverse("wagtail_serve", args=[path]), label, "")]

    def _link(self, url: str, label: str, key: str) -> Link:
        return Link(url, label, self.place.startswith(url), key)

    @cached_property
    def place(self) -> str:
        """The address that the links are compared with: to a tutor, cases are among the pages of tutoring."""
        path = self.request.path
        is_case = bool(self.scope and self.scope.is_tutor and path.startswith(reverse("tutorship:case_list")))
        return reverse("tutorship:tutor_week") if is_case else path


def frame(request):
    return {"frame": Frame(request)}
