"""The messages of the courses: one function each, a row in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import CompletionDecision, Enrolment
from journal.actions import queue_mail


def queue_enrolment_confirmation(enrolment: Enrolment, *, now: datetime) -> None:
    course = enrolment.edition.course
    with translation.override("it"):
        context = {
            "enrolment": enrolment,
            "edition": enrolment.edition,
            "sessions": enrolment.edition.live_sessions.all(),
            "url": settings.SITE_URL + reverse("courses:course_detail", args=[course.slug]),
        }
        queue_mail(
            key=f"enrolment-confirmed:{enrolment.pk}",
            recipient=enrolment.user.email,
            subject=_("Enrolled: %(course)s") % {"course": enrolment.edition},
            text=render_to_string("courses/emails/enrolment_confirmed.txt", context),
            now=now,
        )


def queue_completion_decided(decision: CompletionDecision, *, now: datetime) -> None:
    """To the learner: what was decided and why."""
    enrolment = decision.enrolment
    course = enrolment.edition.course
    with translation.override("it"):
        subject = _("Completed by decision: %(course)s") if decision.is_complete else _("Reopened: %(course)s")
        context = {
            "decision": decision,
            "enrolment": enrolment,
            "url": settings.SITE_URL + reverse("courses:course_detail", args=[course.slug]),
        }
        queue_mail(
            key=f"completion-decided:{decision.pk}",
            recipient=enrolment.user.email,
            subject=subject % {"course": enrolment.edition},
            text=render_to_string("courses/emails/completion_decided.txt", context),
            now=now,
        )


def queue_message(enrolment: Enrolment, *, subject: str, text: str, key: UUID, sender: User, now: datetime) -> bool:
    """To one participant, in the sender's words; return whether it is a new one."""
    edition = enrolment.edition
    with translation.override("it"):
        context = {"edition": edition, "text": text, "sender": sender}
        mail = queue_mail(
            key=f"edition-message:{key}:{enrolment.pk}",
            recipient=enrolment.user.email,
            subject=subject,
            text=render_to_string("courses/emails/edition_message.txt", context),
            now=now,
        )
    return mail.created_at == now
