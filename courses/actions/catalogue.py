"""What changes on a course page besides its text."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import CourseChange, CoursePage, Edition, Enrolment, Step
from journal.actions import record


def refresh_credit(course: CoursePage) -> int:
    """Keep the sum of the required, published steps' minutes on the course, and return it."""
    required = Step.objects.outline(course).filter(is_required=True)
    minutes = required.order_by().aggregate(minutes=Sum("minutes"))["minutes"] or 0
    CoursePage.objects.filter(pk=course.pk).update(credit_minutes=minutes)
    return minutes


def note_change(course: CoursePage, step: Step, kind: CourseChange.Kind, *, now: datetime) -> None:
    """Keep what changed while people are on the way; without them nobody has to be told."""
    if Enrolment.objects.open().filter(edition__course=course).exists():
        CourseChange.objects.create(course=course, step_key=step.pk, title=step.title, kind=kind, changed_at=now)


def refuse_double(course: CoursePage) -> None:
    """Two courses share neither code nor address."""
    there = CoursePage.objects.filter(Q(code=course.code) | Q(slug=course.slug)).first()
    if there is not None:
        text = _("The course “%(title)s” (%(code)s) is still here. For a second one, write its code in “Another code”.")
        raise ValidationError(text % {"title": there.title, "code": there.code}, code="course_folder")


@transaction.atomic
def open_in_own_time(course: CoursePage, *, now: datetime) -> Edition | None:
    """Give an open online course its always open edition, once; courses with live meetings are offered on dates."""
    own_time = {CoursePage.Modality.ONLINE, CoursePage.Modality.BLENDED}
    if not course.is_open() or course.modality not in own_time or course.editions.exists():
        return None
    if Step.objects.outline(course).filter(kind=Step.Kind.LIVE).exists():
        return None
    edition = Edition.objects.create(course=course, code=f"{course.code.lower()}-sempre", is_self_paced=True)
    record("create_edition", edition, after={"code": edition.code, "course": course.code}, now=now)
    return edition


@transaction.atomic
def archive_course(course: CoursePage, *, actor: User, now: datetime) -> None:
    """Take a course out of the catalogue; who is enrolled goes on to the end."""
    course.is_archived = True
    course.save_revision(user=actor).publish()
    record("archive_course", course, actor=actor, now=now)
