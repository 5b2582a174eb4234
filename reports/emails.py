"""The messages of the coordination: one function each, a row in the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import CoursePage
from journal.actions import mail_row, queue_mail, queue_mails
from lib.elision import elided
from reports.models import Call
from reports.models.figures import Figure
from reports.models.period import Period
from reports.models.territory import Overview
from territory.models import PublicBody

MONTHLY = "reports.monthly"


def queue_calls(calls: Sequence[Call], *, tutor: User, now: datetime) -> None:
    """One message for all the calls that were asked for together."""
    url = settings.SITE_URL + reverse("reports:call_list")
    with translation.override("it"):
        context = {"calls": calls, "first": calls[0], "url": url}
        queue_mail(
            kind="reports.calls_asked",
            key=f"calls-asked:{calls[0].pk}",
            recipient=tutor.email,
            subject=elided(_("Calls to make by %(day)s") % {"day": date_format(calls[0].due_on, "j F Y")}),
            text=render_to_string("reports/emails/calls_asked.txt", context),
            now=now,
        )


def monthly_key(person: User, month: date) -> str:
    return f"monthly-report:{month:%Y-%m}:{person.pk}"


def queue_monthly(
    person: User, period: Period, overview: Overview, figures: Sequence[Figure], *, now: datetime
) -> None:
    """The figures of the end of the month, with what the month has added."""
    with translation.override("it"):
        month = date_format(period.as_of, "F Y")
        context = {
            "person": person,
            "month": month,
            "areas": ", ".join(row.area.name for row in overview.areas),
            "is_anci": person.scope.is_anci,
            "figures": figures,
            "silent": len(overview.silent),
            "url": settings.SITE_URL + reverse("reports:overview"),
            "at_risk_url": settings.SITE_URL + reverse("reports:at_risk"),
        }
        queue_mail(
            kind=MONTHLY,
            key=monthly_key(person, period.as_of),
            recipient=person.email,
            subject=_("The figures of %(month)s") % {"month": month},
            text=render_to_string("reports/emails/monthly.txt", context),
            now=now,
        )


def queue_theme_lost(
    body: PublicBody,
    themes: Sequence[CoursePage.Theme],
    readers: Iterable[User],
    *,
    key: int,
    last_day: date,
    now: datetime,
) -> None:
    """It names body and themes, and nobody: whoever leaves may do so to be forgotten."""
    with translation.override("it"):
        url = settings.SITE_URL + reverse("reports:body_detail", args=[body.pk])
        labels = [str(theme.label) for theme in themes]
        subject = _("%(body)s: nobody is trained any more on %(themes)s") % {"body": body, "themes": ", ".join(labels)}
        context = {"body": body, "themes": labels, "last_day": last_day, "url": url}
        queue_mails(
            mail_row(
                kind="reports.theme_lost",
                key=f"theme-lost:{key}:{person.pk}",
                recipient=person.email,
                subject=subject[:250],
                text=render_to_string("reports/emails/theme_lost.txt", context | {"person": person}),
                now=now,
            )
            for person in readers
        )
