"""The lines that a statement adds up: of the training record, or of what a tutor and teacher has held."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import Register, TrainingRecord
from courses.models import LiveSession
from tutorship.models import Session

Kind = Register.Kind


def lines_of(user: User, kind: str, year: int, *, now: datetime) -> list[dict]:
    """Each with title, body, day and minutes, in the order of the days.

    Only work for bodies that have confirmed the person. The topic of tutoring is named only in the statement of
    tutoring: it is no matter of the body, which files the others.
    """
    with translation.override("it"):
        if kind == Kind.TEACHING:
            return sorted([*_sessions_held(user, year), *_lessons_held(user, year, now)], key=lambda line: line["day"])
        return [_of_record(line, kind) for line in _records(user, kind, year)]


def _records(user: User, kind: str, year: int):
    lines = TrainingRecord.objects.counted().filter(user=user).select_related("body").order_by("earned_on", "pk")
    if kind == Kind.TUTORING:
        lines = lines.filter(kind=TrainingRecord.Kind.TUTORING)
    return lines.until_year(year) if kind == Kind.BOOKLET else lines.in_year(year)


def years_of(user: User, *, now: datetime) -> list[int]:
    """The years with hours to be stated, the latest first."""
    years = set(TrainingRecord.objects.counted().filter(user=user).minutes_by_year())
    held = [*_sessions_closed(user).values_list("starts_at", flat=True)]
    held += _lessons_over(user, now).values_list("starts_at", flat=True)
    return sorted(years | {timezone.localdate(moment).year for moment in held}, reverse=True)


def _of_record(line: TrainingRecord, kind: str) -> dict:
    is_hidden = line.kind == TrainingRecord.Kind.TUTORING and kind != Kind.TUTORING
    title = _("Tutoring") if is_hidden else line.title
    about = {"theme": line.theme, "is_mandatory": line.is_mandatory}
    return {
        "title": title,
        "body": str(line.body),
        "day": line.earned_on.isoformat(),
        "minutes": line.minutes,
        **about,
    }


def _sessions_held(user: User, year: int) -> Iterator[dict]:
    held = _sessions_closed(user).filter(_in_year("starts_at", year))
    for session in held.select_related("topic", "area"):
        title = _("Tutoring: %(topic)s") % {"topic": session.topic}
        yield _held(title, session.area.name if session.area else "", session.starts_at, session.ends_at)


def _lessons_held(user: User, year: int, now: datetime) -> Iterator[dict]:
    held = _lessons_over(user, now).filter(_in_year("starts_at", year))
    for session in held.select_related("edition__course"):
        yield _held(_("Lesson: %(title)s") % {"title": session.edition}, "", session.starts_at, session.ends_at)


def _sessions_closed(user: User):
    return Session.objects.filter(tutor=user, state=Session.State.CLOSED)


def _lessons_over(user: User, now: datetime):
    return LiveSession.objects.filter(edition__tutors=user, edition__is_cancelled=False, ends_at__lte=now)


def _in_year(field: str, year: int) -> Q:
    first, next_first = (timezone.make_aware(datetime(number, 1, 1)) for number in (year, year + 1))  # noqa: DTZ001 - made aware in Rome
    return Q(**{f"{field}__gte": first, f"{field}__lt": next_first})


def _held(title: str, where: str, starts_at: datetime, ends_at: datetime) -> dict:
    minutes = int((ends_at - starts_at).total_seconds() // 60)
    return {"title": title, "body": where, "day": timezone.localdate(starts_at).isoformat(), "minutes": minutes}
