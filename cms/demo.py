"""News for the demonstration, marked as examples. Dates are relative to the day of the demonstration."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cms.actions.site import TEXTS, publish, read_text
from cms.models import NewsIndexPage, NewsPage
from territory.models import Area


@transaction.atomic
def seed_news(*, now: datetime) -> int:
    """Create the example news unless there is any news already; return how many were created."""
    if NewsPage.objects.exists():
        return 0
    index, today = NewsIndexPage.objects.get(), timezone.localdate(now)
    paths = sorted(TEXTS.glob("news/*.md"))
    for path in paths:
        facts, html = read_text(path)
        stop_in_days, area = facts.pop("stop_in_days", None), facts.pop("area", None)
        page = NewsPage(
            body=html,
            published_on=today - timedelta(days=facts.pop("days_ago")),
            stop_on=None if stop_in_days is None else today + timedelta(days=stop_in_days),
            area=Area.objects.filter(slug=area).first(),
            is_demonstration=True,
            **facts,
        )
        publish(index, page)
    return len(paths)
