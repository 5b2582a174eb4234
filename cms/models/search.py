"""What the site search finds: public pages, municipalities and the topics of the tutors, nothing else."""

import re
from dataclasses import dataclass
from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from wagtail.query import PageQuerySet

from cms.models.area import AreaPage
from cms.models.news import NewsPage
from cms.models.standard import StandardPage
from courses.models import CoursePage
from lib.word_stems import matches
from territory.models import PublicBody
from tutorship.models import Topic

SHOWN = 20  # of each kind
COURSE_TEXTS = ("summary", "code", "audience", "planned_outline", "search_description")


@dataclass(frozen=True)
class Found:
    courses: list[CoursePage]
    topics: list[Topic]
    areas: list[AreaPage]
    municipalities: list[PublicBody]
    news: list[NewsPage]
    texts: list[StandardPage]

    @property
    def count(self) -> int:
        return sum(len(rows) for rows in vars(self).values())


def search_site(words: str) -> Found:
    return Found(
        courses=matching(CoursePage.objects.published().filter(is_archived=False), words, *COURSE_TEXTS),
        topics=topics(words),
        areas=matching(
            AreaPage.objects.live().public().select_related("area"), words, "introduction", "area.strategy_title"
        ),
        municipalities=municipalities(words),
        news=matching(NewsPage.objects.live().public(), words, "summary"),
        texts=matching(StandardPage.objects.live().public(), words, "lead"),
    )


def matching(pages: PageQuerySet, words: str, *fields: str) -> list:
    """Pages whose text the index finds, and those where every word begins one of the title or of `fields`.

    Those whose title has every word come first.
    """
    if not _plain(words):
        return []
    indexed = {page.pk for page in pages.search(_plain(words), operator="and")[:SHOWN]}
    about = attrgetter("title", *fields)
    found = [page for page in pages if page.pk in indexed or matches(words, *about(page))]
    return sorted(found, key=lambda page: (not matches(words, page.title), page.title.casefold()))[:SHOWN]


def _plain(words: str) -> str:
    """Letters and digits only: SQLite's index reads quotes and stars as its own language."""
    return " ".join(re.findall(r"\w+", words))


def topics(words: str) -> list[Topic]:
    """What a tutor can be asked about."""
    found = Topic.objects.active() if _plain(words) else Topic.objects.none()
    return [topic for topic in found if matches(words, topic.name, topic.description, str(_("tutors tutoring")))][
        :SHOWN
    ]


def municipalities(words: str) -> list[PublicBody]:
    bodies = PublicBody.objects.current().municipalities().in_areas()
    return list(bodies.named_like(words).select_related("area")[:SHOWN])
