"""News, among them the stops of the tour "Lombardia Autentica"."""

from django.core.paginator import Paginator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from cms.models.area import TEXT_FEATURES
from territory.models import Area

NEWS_PER_PAGE = 20


class NewsQuerySet(PageQuerySet):
    def published(self):
        return self.live().public().order_by("-published_on", "-pk")


class NewsIndexPage(Page):
    introduction = models.CharField(_("introduction"), max_length=300, blank=True)

    max_count = 1
    private_page_options = []  # no page asks for a password: what is published is public
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction", help_text=_("One or two sentences under the title.")),
    ]

    class Meta:
        verbose_name = _("page of all news")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        news = Paginator(NewsPage.objects.published().select_related("area"), NEWS_PER_PAGE)
        return context | {"news": news.get_page(request.GET.get("page"))}


class NewsPage(Page):
    published_on = models.DateField(_("date of the news"))
    summary = models.CharField(_("summary"), max_length=300, help_text=_("Shown in lists and under the title."))
    body = RichTextField(_("text"), features=TEXT_FEATURES, blank=True)
    stop_on = models.DateField(_("day of the meeting"), null=True, blank=True)
    stop_place = models.CharField(
        _("place of the meeting"), max_length=150, blank=True, help_text=_("Room, municipality.")
    )
    area = models.ForeignKey(
        Area, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("inner area")
    )
    is_demonstration = models.BooleanField(default=False, editable=False)

    objects = PageManager.from_queryset(NewsQuerySet)()

    private_page_options = []  # no page asks for a password: what is published is public
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("published_on"),
        FieldPanel("summary"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("stop_on"), FieldPanel("stop_place")]), FieldPanel("area")],
            heading=_("Stop of the tour Lombardia Autentica"),
            help_text=_("Only for meetings: day and place stand in a box of their own."),
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
