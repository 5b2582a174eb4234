"""The messages of the site."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from cms.models import AccessibilityReport, SiteSettings
from journal.actions import queue_mail


def queue_accessibility_report(report: AccessibilityReport, *, now: datetime) -> None:
    """Tell the support desk; without its address the report waits in the CMS."""
    recipient = SiteSettings.current().support_mail
    if not recipient:
        return
    with translation.override("it"):
        queue_mail(
            kind="cms.accessibility_report",
            key=f"accessibility-report:{report.pk}",
            recipient=recipient,
            subject=_("Accessibility problem reported: %(page)s") % {"page": report.page or _("page not given")},
            text=render_to_string("cms/emails/accessibility_report.txt", {"report": report}),
            now=now,
        )
