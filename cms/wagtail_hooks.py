"""The CMS in the words of the job: what an editor needs, and nothing else."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import AccessibilityReport, AreasIndexPage, NewsIndexPage
from courses.models import CatalogueIndexPage, CoursePage

# What they offer is Wagtail's own working, not the editors'. Lessons take their files from the courses; the emblem of a
# certificate is chosen and uploaded beside its template.
HIDDEN_FROM_MENU = {"help", "reports", "images", "documents"}


@hooks.register("construct_main_menu")
def hide_what_nobody_needs(request, items):
    items[:] = [item for item in items if item.name not in HIDDEN_FROM_MENU]


class SectionItem(MenuItem):
    """The address is looked up when the menu is drawn: at import there may be no database yet."""

    def __init__(self, model, label, **kwargs):
        self.model = model
        super().__init__(label, "", name=f"section-{model._meta.model_name}", **kwargs)

    @property
    def url(self):
        page = self.model.objects.only("pk").first()
        return reverse("wagtailadmin_explore", args=[page.pk]) if page else reverse("wagtailadmin_explore_root")

    @url.setter
    def url(self, value):
        pass


@hooks.register("register_admin_menu_item")
def courses_item():
    return SectionItem(CatalogueIndexPage, _("Courses"), icon_name="list-ol", order=110)


@hooks.register("register_admin_menu_item")
def news_item():
    return SectionItem(NewsIndexPage, _("News and tour"), icon_name="calendar-alt", order=180)


@hooks.register("register_admin_menu_item")
def areas_item():
    return SectionItem(AreasIndexPage, _("Area pages"), icon_name="site", order=190)


class CoordinationItem(MenuItem):
    """Leads to a page of ours, outside the CMS: only coordinators and ANCI may open those."""

    def is_shown(self, request):
        return request.user.scope.is_coordinator


@hooks.register("register_admin_menu_item")
def editions_item():
    return CoordinationItem(_("Editions"), reverse_lazy("courses:edition_list"), icon_name="date", order=240)


@hooks.register("register_admin_menu_item")
def certificates_item():
    return CoordinationItem(_("Certificates"), reverse_lazy("certificates:register"), icon_name="check", order=250)


@hooks.register("register_admin_menu_item")
def tutors_item():
    return CoordinationItem(_("Tutors"), reverse_lazy("tutorship:coverage_list"), icon_name="group", order=260)


@hooks.register("register_admin_menu_item")
def territory_item():
    return CoordinationItem(_("Territory"), reverse_lazy("reports:overview"), icon_name="globe", order=270)


@hooks.register("register_admin_menu_item")
def site_item():
    return MenuItem(_("Back to the site"), reverse_lazy("courses:catalogue"), icon_name="home", order=900)


class DeskPanel(Component):
    """What waits for an editor, and where to begin: the first thing on the home of the CMS."""

    name = "desk"
    template_name = "cms/admin/desk.html"
    order = 50
    SHOWN = 6

    def get_context_data(self, parent_context):
        catalogue = CatalogueIndexPage.objects.only("pk").first()
        news = NewsIndexPage.objects.only("pk").first()
        drafts = Page.objects.filter(has_unpublished_changes=True).order_by("-latest_revision_created_at")
        return {
            "drafts": drafts[: self.SHOWN],
            "in_preparation": CoursePage.objects.published().filter(is_in_preparation=True, is_archived=False).count(),
            "unanswered": AccessibilityReport.objects.filter(answered_at=None).count(),
            "catalogue": catalogue,
            "news": news,
        }


@hooks.register("construct_homepage_panels")
def desk(request, panels):
    panels.append(DeskPanel())


class AccessibilityReportViewSet(SnippetViewSet):
    model = AccessibilityReport
    icon = "mail"
    menu_label = pgettext_lazy("menu", "Reports")  # the menu is narrow; the page says of what
    menu_name = "accessibility-reports"
    add_to_admin_menu = True
    menu_order = 800
    list_display = ["__str__", "sent_at", "mail", "answered_at"]
    list_filter = ["answered_at"]
    inspect_view_enabled = True
    panels = [
        FieldPanel("page", read_only=True),
        FieldPanel("text", read_only=True),
        FieldPanel("mail", read_only=True),
        FieldPanel("sent_at", read_only=True),
        FieldPanel("answered_at", help_text=_("The day of the answer, or of the repair.")),
    ]


register_snippet(AccessibilityReportViewSet)
