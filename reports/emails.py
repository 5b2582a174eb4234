"""The messages of the coordination: one function each, a row in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from journal.actions import queue_mail
from reports.models import Call


def queue_calls(calls: Sequence[Call], *, tutor: User, now: datetime) -> None:
    """One message for all the calls that were asked for together."""
    url = settings.SITE_URL + reverse("reports:call_list")
    with translation.override("it"):
        context = {"calls": calls, "first": calls[0], "url": url}
        queue_mail(
            kind="reports.calls_asked",
            key=f"calls-asked:{calls[0].pk}",
            recipient=tutor.email,
            subject=_("Calls to make by %(day)s") % {"day": f"{calls[0].due_on:%d/%m/%Y}"},
            text=render_to_string("reports/emails/calls_asked.txt", context),
            now=now,
        )
