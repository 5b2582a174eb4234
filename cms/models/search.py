"""What the site search finds: public pages and municipalities, nothing else."""

import re
from dataclasses import dataclass

from django.db.models import Q
from wagtail.query import PageQuerySet

from cms.models.area import AreaPage
from cms.models.news import NewsPage
from cms.models.standard import StandardPage
from courses.models import CoursePage
from territory.models import PublicBody

SHOWN = 20  # of each kind


@dataclass(frozen=True)
class Found:
    courses: list[CoursePage]
    areas: list[AreaPage]
    municipalities: list[PublicBody]
    news: list[NewsPage]
    texts: list[StandardPage]

    @property
    def count(self) -> int:
        return sum(len(rows) for rows in vars(self).values())


def search_site(words: str) -> Found:
    return Found(
        courses=matching(CoursePage.objects.published().filter(is_archived=False), words, "summary", "code"),
        areas=matching(AreaPage.objects.live().public(), words, "introduction", "area__strategy_title"),
        municipalities=municipalities(words),
        news=matching(NewsPage.objects.live().public(), words, "summary"),
        texts=matching(StandardPage.objects.live().public(), words, "lead"),
    )


def matching(pages: PageQuerySet, words: str, *fields: str) -> list:
    """Pages that the index finds, and those with every word, or a part of one, in the title or in `fields`."""
    partly = Q()
    for word in words.split():
        partly &= Q(*((f"{field}__icontains", word) for field in ("title", *fields)), _connector=Q.OR)
    indexed = [page.pk for page in pages.search(_plain(words), operator="and")[:SHOWN]]
    return list(pages.filter(partly | Q(pk__in=indexed)).order_by("title")[:SHOWN])


def _plain(words: str) -> str:
    """Letters and digits only: SQLite's index reads quotes and stars as its own language."""
    return " ".join(re.findall(r"\w+", words))


def municipalities(words: str) -> list[PublicBody]:
    bodies = PublicBody.objects.current().municipalities().in_areas()
    return list(bodies.named_like(words).select_related("area")[:SHOWN])
