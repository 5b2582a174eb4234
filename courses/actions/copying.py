"""The same again on other dates: an edition, or a whole course with its lessons, quizzes, documents and editions.

Nobody's enrolment, request, attendance or answer goes along, and no invitation link.
"""

from datetime import date, datetime, timedelta
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from accounts.models import User
from courses.actions.edition import only_area
from courses.models import ActTemplate, CoursePage, Edition, LessonPage, LiveSession
from journal.actions import record

FACTS = [  # of an edition, copied as they are
    *("title", "is_self_paced", "admission", "minimum", "capacity"),
    *("offer_hours", "due_days", "place", "video_url"),
]
DAYS = ["starts_on", "ends_on", "enrol_from", "enrol_until", "due_on"]  # moved


@transaction.atomic
def copy_edition(edition: Edition, *, code: str, starts_on: date, actor: User, now: datetime) -> Edition:
    """Offer the same once more from another day on: every date and meeting moves by as many days.

    Raises what the constraints say, for a code that is taken.
    """
    return _copy_edition(
        edition, course=edition.course, code=code, shift=starts_on - edition.starts_on, actor=actor, now=now
    )


def _copy_edition(
    edition: Edition, *, course: CoursePage, code: str, shift: timedelta, actor: User, now: datetime
) -> Edition:
    facts = {name: getattr(edition, name) for name in FACTS}
    days = {name: _moved(getattr(edition, name), shift) for name in DAYS}
    twin = Edition(course=course, code=code, **facts, **days)
    twin.full_clean()
    twin.save()
    for several in ("areas", "bodies", "tutors"):
        getattr(twin, several).set(getattr(edition, several).all())
    LiveSession.objects.bulk_create(_meeting(session, twin, shift) for session in edition.live_sessions.all())
    after = {"code": code, "course": course.code, "copy_of": edition.code}
    record("copy_edition", twin, actor=actor, area=only_area(twin), after=after, now=now)
    return twin


def _moved(day: date | None, shift: timedelta) -> date | None:
    return day and day + shift


def _meeting(session: LiveSession, edition: Edition, shift: timedelta) -> LiveSession:
    """The meeting at the same hour of the clock, whatever summer time does in between."""
    start, end = (timezone.localtime(moment) + shift for moment in (session.starts_at, session.ends_at))
    return LiveSession(edition=edition, title=session.title, starts_at=start, ends_at=end, place=session.place)


@transaction.atomic
def copy_course(
    course: CoursePage, *, title: str, code: str, starts_on: date | None, actor: User, now: datetime
) -> CoursePage:
    """Make a draft with everything that the editors wrote; publishing it opens it.

    `starts_on` becomes the first day of the earliest edition on dates, and the others keep their distance;
    None leaves the editions on dates behind.
    """
    facts = {"title": title, "slug": _free_slug(course, title), "code": code}
    state = {"live": False, "has_unpublished_changes": True, "is_archived": False}
    twin = course.copy(
        recursive=True, copy_revisions=False, user=actor, update_attrs={**facts, **state, "draft_title": title}
    )
    twin.code = code  # the CMS's own copy leaves it out
    twin.save(update_fields=["code"], clean=False)
    after = {"code": code, "copy_of": course.code}
    record("copy_course", twin, actor=actor, after=after, now=now)
    shift = _copy_editions(course, twin, starts_on=starts_on, actor=actor, now=now)
    documents = {old.pk: _copy_document(old, twin) for old in course.act_templates.all()}
    for page in twin.get_descendants(inclusive=True).specific():
        _adapt(page, documents=documents, shift=shift, actor=actor)
    return twin


def _free_slug(course: CoursePage, title: str) -> str:
    """An address from the title; a number follows where it is taken."""
    base, taken = slugify(title)[:200] or "corso", set(course.get_siblings().values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)


def _copy_editions(
    course: CoursePage, twin: CoursePage, *, starts_on: date | None, actor: User, now: datetime
) -> timedelta:
    """Copy the editions that were not cancelled, numbered in their order; return by how much the dates moved."""
    editions = [row for row in course.editions.filter(is_cancelled=False) if starts_on or row.is_self_paced]
    first = min((row.starts_on for row in editions if row.starts_on), default=None)
    shift = starts_on - first if starts_on and first else timedelta()
    for number, edition in enumerate(editions, start=1):
        code = f"{slugify(twin.code)}-{'sempre' if edition.is_self_paced else number}"
        _copy_edition(edition, course=twin, code=code, shift=shift, actor=actor, now=now)
    return shift


def _copy_document(document: ActTemplate, course: CoursePage) -> int:
    """Copy a document with its file, so that the learners of the copy may download it; return its key."""
    facts = {name: getattr(document, name) for name in ("slug", "title", "description", "version", "valid_on")}
    twin = ActTemplate(course=course, **facts)
    with document.file.open("rb") as file:
        twin.file.save(PurePosixPath(document.file.name).name, ContentFile(file.read()))
    return twin.pk


def _adapt(page: Page, *, documents: dict[int, int], shift: timedelta, actor: User) -> None:
    """Let a copied page offer the copied documents, and open on the moved days."""
    conditions = list(page.prerequisites.all())
    moved = [row for row in conditions if row.opens_on and shift]
    blocks = (
        [block for block in page.body.raw_data if block["type"] == "act_template"]
        if isinstance(page, LessonPage)
        else []
    )
    if not moved and not blocks:
        return
    for row in moved:
        row.opens_on += shift
    for block in blocks:
        block["value"] = documents.get(block["value"], block["value"])
    page.prerequisites = conditions
    revision = page.save_revision(user=actor, clean=False)
    if page.live:
        revision.publish()
