"""Messages about proposed bodies."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from journal.actions import queue_mail
from territory.models import BodyProposal


def queue_proposal_accepted(proposal: BodyProposal, *, now: datetime) -> None:
    with translation.override("it"):
        subject = _("Now listed: %(body)s") % {"body": proposal.body}
        _queue("proposal_accepted", proposal, subject, reverse("accounts:profile"), now)


def queue_proposal_refused(proposal: BodyProposal, *, now: datetime) -> None:
    with translation.override("it"):
        subject = _("Not listed: %(body)s") % {"body": proposal.body}
        _queue("proposal_refused", proposal, subject, reverse("accounts:employment_create"), now)


def _queue(name: str, proposal: BodyProposal, subject: str, path: str, now: datetime) -> None:
    context = {"proposal": proposal, "link": settings.SITE_URL + path}
    queue_mail(
        kind=f"territory.{name}",
        key=f"{name}:{proposal.pk}",
        recipient=proposal.proposed_by.email,
        subject=subject,
        text=render_to_string(f"territory/emails/{name}.txt", context),
        now=now,
    )
