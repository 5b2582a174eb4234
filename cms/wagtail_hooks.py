"""The CMS in the words of the job: what an editor needs, and nothing else."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import AccessibilityReport, AreasIndexPage, NewsIndexPage
from courses.models import CatalogueIndexPage

HIDDEN_FROM_MENU = {"help", "reports"}  # what they offer is Wagtail's own working, not the editors'


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
    return SectionItem(CatalogueIndexPage, _("Courses"), icon_name="openquote", order=110)


@hooks.register("register_admin_menu_item")
def news_item():
    return SectionItem(NewsIndexPage, _("News and tour"), icon_name="calendar-alt", order=180)


@hooks.register("register_admin_menu_item")
def areas_item():
    return SectionItem(AreasIndexPage, _("Area pages"), icon_name="site", order=190)


class AccessibilityReportViewSet(SnippetViewSet):
    model = AccessibilityReport
    icon = "mail"
    menu_label = _("Accessibility reports")
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
