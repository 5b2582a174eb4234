"""The same again on other dates: an edition, or a whole course with its lessons, quizzes, documents and editions.

Nobody's enrolment, request, attendance or answer goes along, and no invitation link.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath

from django.db import transaction
from django.db.models import FileField
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from accounts.models import User
from courses.actions.edition import only_area
from courses.models import ActTemplate, CourseFile, CoursePage, Edition, LessonPage, LiveSession, QuizPage, Recording
from journal.actions import record

FACTS = [  # of an edition, copied as they are
    *("title", "is_self_paced", "admission", "minimum", "capacity"),
    *("offer_hours", "due_days", "place", "video_url"),
]
DAYS = ["starts_on", "ends_on", "enrol_from", "enrol_until", "due_on"]  # moved


Offered = ActTemplate | CourseFile | Recording
NAMED = {  # blocks that name what the course offers: which model, and under which name of their value
    "act_template": (ActTemplate, None),
    "document": (CourseFile, None),
    "picture": (CourseFile, "picture"),
    "video": (Recording, "recording"),
    "audio": (Recording, "recording"),
}


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
    offered = {
        (type(old), old.pk): _copy_offered(old, twin)
        for rows in (course.act_templates, course.files, course.recordings)
        for old in rows.all()
    }
    for page in twin.get_descendants(inclusive=True).specific():
        _adapt(page, offered=offered, shift=shift, actor=actor)
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


def _copy_offered(row: Offered, course: CoursePage) -> int:
    """Copy what lessons offer with its files, so that the learners of the copy may have it; return its key."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key and field.name != "course"]
    files = [field.name for field in fields if isinstance(field, FileField)]
    twin = type(row)(course=course, **{f.name: getattr(row, f.name) for f in fields if f.name not in files})
    for name in files:
        if stored := getattr(row, name):
            with stored.storage.open(stored.name) as file:
                getattr(twin, name).save(PurePosixPath(stored.name).name, file, save=False)
    twin.save()
    return twin.pk


def _adapt(page: Page, *, offered: Mapping[tuple[type, int], int], shift: timedelta, actor: User) -> None:
    """Let a copied page offer the copied files, and open on the moved days."""
    conditions = list(page.prerequisites.all())
    moved = [row for row in conditions if row.opens_on and shift]
    blocks = [block for block in page.body.raw_data if block["type"] in NAMED] if isinstance(page, LessonPage) else []
    closes = isinstance(page, QuizPage) and page.closes_at and shift
    if not moved and not blocks and not closes:
        return
    if closes:
        page.closes_at = timezone.localtime(page.closes_at) + shift  # the same hour in Rome
    for row in moved:
        row.opens_on += shift
    for block in blocks:
        model, name = NAMED[block["type"]]
        if name:
            block["value"][name] = offered.get((model, block["value"][name]), block["value"][name])
        else:
            block["value"] = offered.get((model, block["value"]), block["value"])
    page.prerequisites = conditions
    revision = page.save_revision(user=actor, clean=False)
    if page.live:
        revision.publish()
