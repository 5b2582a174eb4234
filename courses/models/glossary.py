"""Words of the office with their meaning, kept once for all courses."""

import re

from django.db import models
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.search import index

PLACE = re.compile(r"<!--term:(\d+)-->")


class GlossaryTerm(index.Indexed, models.Model):
    term = models.CharField(_("term"), max_length=100, unique=True)
    slug = models.SlugField(
        _("short name"), max_length=80, unique=True, help_text=_("Ends the address of the term: cig, buono-di-ordine.")
    )
    definition = RichTextField(_("definition"), features=["bold", "italic", "link"])

    panels = [FieldPanel("term"), FieldPanel("slug"), FieldPanel("definition")]
    search_fields = [index.SearchField("term"), index.AutocompleteField("term")]

    class Meta:
        ordering = ["term"]
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary")

    def __str__(self):
        return self.term


def with_terms(body_html: str) -> str:
    """Put the terms as they read today into a lesson that is rendered once for everybody; one query, if it has any."""
    keys = {int(key) for key in PLACE.findall(body_html)}
    if not keys:
        return body_html
    found = GlossaryTerm.objects.in_bulk(keys)
    words = {pk: render_to_string("courses/_glossary_term.html", {"term": term}) for pk, term in found.items()}
    return mark_safe(PLACE.sub(lambda place: words.get(int(place[1]), ""), body_html))
