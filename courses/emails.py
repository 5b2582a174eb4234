"""The messages of the courses: one function each, a row in the caller's transaction."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

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
