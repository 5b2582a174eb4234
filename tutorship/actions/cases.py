"""Cases: opened by a booking, written in by both sides, passed on, closed; a closed one can be opened again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import RoleAssignment, User
from journal.actions import record
from lib.file_kinds import can_be_opened, clean_name, file_kind
from tutorship import emails, permissions
from tutorship.models import Booking, Case, CaseMessage, Outcome
from tutorship.models.case import FILE_BYTES, FILES_PER_CASE

FILE_TROUBLE = {"too_large", "wrong_kind", "unreadable", "too_many"}  # codes of what is wrong with a file


def put_into_case(booking: Booking, *, now: datetime) -> Case:
    """Go on with the person's current case on this topic, or open one; the tutor of the session has it from now on.

    The booking is saved by who makes it.
    """
    session = booking.session
    same = {"learner": booking.learner, "topic": session.topic, "body": booking.body}
    case = Case.objects.current().select_for_update(of=("self",)).filter(**same).first()
    if case is None:
        case = Case.objects.create(**same, area=session.area, tutor=session.tutor, opened_at=now)
        record("open_case", case, actor=booking.learner, area=session.area.slug, now=now)
    elif case.tutor_id != session.tutor_id:
        case.tutor = session.tutor
        case.save(update_fields=["tutor"])
    booking.case = case
    return case


def settle_case(booking: Booking, kind: str, *, is_correction: bool, actor: User, now: datetime) -> None:
    """What came of the session decides about the case, and a correction decides again."""
    case = booking.case_id and Case.objects.select_for_update(of=("self",)).for_display().get(pk=booking.case_id)
    if not case:
        return
    if booking.attendance != Booking.Attendance.ATTENDED:
        if is_correction and case.ending == Case.Ending.SOLVED:
            _change(case, Case.State.OPEN, actor=actor, now=now)
    elif kind == Outcome.Kind.SOLVED:
        _change(case, Case.State.CLOSED, ending=Case.Ending.SOLVED, actor=actor, now=now)
    elif kind == Outcome.Kind.ESCALATED:
        _escalate(case, actor=actor, reason="", now=now)
    else:
        _change(case, Case.State.OPEN, actor=actor, now=now)


@transaction.atomic
def write_in_case(
    case: Case, *, text: str, file: UploadedFile | None = None, author: User, now: datetime
) -> CaseMessage:
    """Add words, a file or both; the other side is told that there is something to read.

    Raise ValidationError with code "closed", "empty", "too_large", "wrong_kind", "unreadable" or "too_many".
    """
    case = _lock(case)
    if case.is_closed:
        raise ValidationError(_("This case is closed: open it again to write."), code="closed")
    if not text.strip() and not file:
        raise ValidationError(_("Write something or choose a file."), code="empty")
    message = CaseMessage(case=case, author=author, text=text.strip(), written_at=now)
    if file:
        _attach(message, file)
    message.save()
    record("write_in_case", case, actor=author, area=case.area.slug, after={"file": message.file_name}, now=now)
    for reader in {case.learner, case.tutor} - {author}:
        emails.queue_case(case, "case_message", reader, key=message.pk, now=now, author=author)
    return message


def attach_files(case: Case, files: Sequence[UploadedFile], *, author: User, now: datetime) -> None:
    """What the person sends along with the question; the message of the booking tells the tutor. Raises as above."""
    for file in files:
        message = CaseMessage(case=case, author=author, written_at=now)
        _attach(message, file)
        message.save()
        record("write_in_case", case, actor=author, area=case.area.slug, after={"file": message.file_name}, now=now)


def _attach(message: CaseMessage, file: UploadedFile) -> None:
    if file.size > FILE_BYTES:
        raise ValidationError(_("The file is larger than 10 MB."), code="too_large")
    if message.case.messages.exclude(file="").count() >= FILES_PER_CASE:
        raise ValidationError(_("A case holds at most 20 files."), code="too_many")
    kind = file_kind(file)
    if kind is None:
        text = _("This file is none of these: PDF, JPEG, PNG, plain text, or a Word, Excel or LibreOffice document.")
        raise ValidationError(text, code="wrong_kind")
    if not can_be_opened(file, kind):
        raise ValidationError(
            _("This file cannot be opened: it is damaged, or asks for a password."), code="unreadable"
        )
    file.seek(0)
    message.file_name = clean_name(file.name, kind)
    message.file = ContentFile(file.read(), name=f"{uuid4().hex}.{kind}")


@transaction.atomic
def reassign_case(case: Case, *, tutor: User, actor: User, reason: str, now: datetime) -> Case:
    """Give the case, with its thread, to another tutor who answers on the topic in the area.

    Raise ValidationError with code "not_entitled", "not_covered" or "no_reason".
    """
    case = _lock(case)
    _require_entitled(case, actor)
    if not permissions.next_tutors(case, on=timezone.localdate(now)).filter(pk=tutor.pk).exists():
        raise ValidationError(_("Choose a tutor who answers on this topic in this area."), code="not_covered")
    if not reason.strip():
        raise ValidationError(_("Write why: the person and the new tutor read it."), code="no_reason")
    before, case.tutor = {"tutor": str(case.tutor)}, tutor
    case.save(update_fields=["tutor"])
    if case.state == Case.State.ESCALATED:
        case.set_state(Case.State.OPEN, now=now)
    change = {"before": before, "after": {"tutor": str(tutor)}, "reason": reason.strip()}
    record("reassign_case", case, actor=actor, area=case.area.slug, now=now, **change)
    for reader in (case.tutor, case.learner):
        emails.queue_case(case, "case_reassigned", reader, key=now.isoformat(), now=now, reason=reason.strip())
    return case


@transaction.atomic
def escalate_case(case: Case, *, reason: str, actor: User, now: datetime) -> Case:
    """Ask the coordinators of the area. Raise ValidationError with code "not_entitled" or "no_reason"."""
    case = _lock(case)
    _require_entitled(case, actor)
    if not reason.strip():
        raise ValidationError(_("Write what the coordinators should do."), code="no_reason")
    _escalate(case, actor=actor, reason=reason.strip(), now=now)
    return case


@transaction.atomic
def close_case(case: Case, *, ending: str, actor: User, now: datetime) -> Case:
    """Raise ValidationError with code "not_entitled" or "no_ending"."""
    case = _lock(case)
    _require_entitled(case, actor)
    if ending not in Case.Ending.values:
        raise ValidationError(_("Say how it ended."), code="no_ending")
    _change(case, Case.State.CLOSED, ending=ending, actor=actor, now=now)
    return case


@transaction.atomic
def reopen_case(case: Case, *, actor: User, now: datetime) -> Case:
    """For the person too: what was closed by mistake goes on."""
    case = _lock(case)
    if actor.pk != case.learner_id:
        _require_entitled(case, actor)
    _change(case, Case.State.OPEN, actor=actor, now=now)
    return case


def _lock(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).for_display().get(pk=case.pk)


def _require_entitled(case: Case, actor: User) -> None:
    if not permissions.can_run_case(actor, case):
        raise ValidationError(_("This is decided by the tutor, or by a coordinator of the area."), code="not_entitled")


def _change(case: Case, state: str, *, ending: str = "", actor: User, reason: str = "", now: datetime) -> bool:
    """Whether anything has changed."""
    if (case.state, case.ending) == (state, ending):
        return False
    before = {"state": case.state, "ending": case.ending}
    case.set_state(state, ending=ending, now=now)
    change = {"before": before, "after": {"state": state, "ending": ending}, "reason": reason}
    record("change_case", case, actor=actor, area=case.area.slug, now=now, **change)
    return True


def _escalate(case: Case, *, actor: User, reason: str, now: datetime) -> None:
    if not _change(case, Case.State.ESCALATED, actor=actor, reason=reason, now=now):
        return
    today = timezone.localdate(now)
    roles = RoleAssignment.objects.current(on=today).filter(role=RoleAssignment.Role.COORDINATOR, area=case.area)
    for reader in User.objects.filter(pk__in=roles.values("user"), is_active=True):
        emails.queue_case(case, "case_escalated", reader, key=now.isoformat(), now=now, author=actor, reason=reason)
