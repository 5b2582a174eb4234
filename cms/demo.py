"""News and a report for the demonstration. Dates are relative to the day of the demonstration."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cms.actions.feedback import report_accessibility_problem
from cms.actions.site import TEXTS, publish, read_text
from cms.models import AccessibilityReport, NewsIndexPage, NewsPage, SiteSettings
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


@transaction.atomic
def seed_report(*, now: datetime) -> None:
    """Give the demonstration a support desk and a report that waits for its answer."""
    if not SiteSettings.objects.exists():
        SiteSettings.objects.create(support_mail="assistenza@example.org")
    if not AccessibilityReport.objects.exists():
        report_accessibility_problem(
            text="Con il lettore di schermo NVDA la tabella delle aree viene letta senza le intestazioni.",
            page="/aree/",
            mail="lettore@example.org",
            now=now,
        )
