"""What people tell us about the site."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cms.emails import queue_accessibility_report
from cms.models import AccessibilityReport
from journal.actions import record


@transaction.atomic
def report_accessibility_problem(
    *, text: str, page: str = "", mail: str = "", user: User | None = None, now: datetime
) -> AccessibilityReport:
    """Keep the report and tell the support desk. The audit entry names the report, never its words."""
    report = AccessibilityReport(text=text, page=page, mail=mail, sent_by=user, sent_at=now)
    report.full_clean()
    report.save()
    record("report_accessibility_problem", report, actor=user, now=now)
    queue_accessibility_report(report, now=now)
    return report
