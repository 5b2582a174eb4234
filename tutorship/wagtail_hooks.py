"""What editors and ANCI decide about tutoring: the topics, and the kinds of appointment with their terms."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from tutorship.models import Service, Topic


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    list_display = ["name", "sort_order", "is_active"]
    panels = [FieldPanel(name) for name in ("name", "slug", "description", "sort_order", "is_active")]


class ServiceViewSet(SnippetViewSet):
    model = Service
    icon = "calendar"
    menu_label = _("Kinds of appointment")
    list_display = ["name", "modality", "length_minutes", "capacity", "is_active"]
    panels = [
        *(FieldPanel(name) for name in ("name", "slug", "modality", "capacity", "sort_order", "is_active")),
        FieldPanel("intake_questions"),
        MultiFieldPanel([FieldPanel(name) for name in ("seats_per_body", "minimum")], heading=_("Groups")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("length_minutes", "step_minutes", "alignment")],
            heading=_("Length and times"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("buffer_before_minutes", "buffer_after_minutes", "travel_minutes")],
            heading=_("Time kept free around it"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("notice_hours", "cancel_hours", "horizon_days", "counts_working_days")],
            heading=_("Until when and how far ahead"),
        ),
    ]


class TutoringGroup(SnippetViewSetGroup):
    items = [TopicViewSet, ServiceViewSet]
    menu_label = _("Tutoring")
    menu_icon = "group"
    menu_order = 240


register_snippet(TutoringGroup)
