"""Pages of text: privacy, accessibility, the programme."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from accounts.models import PolicyVersion
from cms.models.area import TEXT_FEATURES
from lib.markdown_text import markdown_html
from territory.models import FundingSource, IndicatorDomain, Objective, Pillar, SelectionCriterion


class StandardPage(Page):
    class Insert(models.TextChoices):
        NOTHING = "", _("nothing")
        PRIVACY = "privacy", _("the privacy page in force")
        PROGRAMME = "programme", _("pillars, objectives, criteria, funding and indicators of the programme")

    lead = models.CharField(
        _("introduction"), max_length=300, blank=True, help_text=_("One or two sentences under the title.")
    )
    body = RichTextField(_("text"), features=TEXT_FEATURES, blank=True)
    insert = models.CharField(
        _("after the text"),
        max_length=12,
        choices=Insert,
        default=Insert.NOTHING,
        blank=True,
        help_text=_("A part that is kept elsewhere and shown here as it stands today."),
    )

    private_page_options = []  # no page asks for a password: what is published is public
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body"), FieldPanel("insert")]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        verbose_name = _("page of text")
        verbose_name_plural = _("pages of text")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        inserts = {self.Insert.PRIVACY: privacy, self.Insert.PROGRAMME: programme}
        return context | inserts.get(self.insert, dict)()


def privacy() -> dict:
    policy = PolicyVersion.objects.latest_version()
    return {"policy": policy, "policy_html": markdown_html(policy.text, headings_below=1) if policy else ""}


def programme() -> dict:
    sources = list(FundingSource.objects.all())
    domains = list(IndicatorDomain.objects.all())
    return {
        "pillars": Pillar.objects.all(),
        "objectives": Objective.objects.all(),
        "criteria": SelectionCriterion.objects.all(),
        "sources": sources,
        "total_eur": sum(source.amount_eur for source in sources),
        "domains": domains,
        "indicator_count": sum(domain.indicator_count for domain in domains),
    }
