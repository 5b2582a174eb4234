"""All certificates of a body, an area, an edition or a year in one zip, made by the worker.

The reach of whoever asks is looked up again when the worker begins and when the file is fetched.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from zipfile import ZIP_STORED, ZipFile

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from certificates import emails, permissions
from certificates.actions.printing import stored_pdf
from certificates.models import Certificate
from certificates.models.certificate import CertificateQuerySet
from journal.actions import record
from journal.jobs import Clock, fail_job, run_jobs
from journal.models import Job
from lib.durations import hours
from lib.nudge import nudge
from lib.spreadsheets import csv_text

ARCHIVE = "certificate-archive"
LEASE = timedelta(minutes=5)
KEPT = timedelta(days=2)
STEP = 20  # certificates between two signs of progress


@transaction.atomic
def request_archive(*, actor: User, now: datetime, **chosen: int | None) -> Job:
    """Leave a zip to be made of what is `chosen`: the keys of body, area and edition, and the year of issue.

    The same wish twice, while the first is being made, is one job. Raises ValidationError "not_allowed", "no_choice"
    or "no_certificates".
    """
    parameters = {name: value for name, value in chosen.items() if value is not None}
    if not permissions.can_archive(actor):
        raise ValidationError(_("The certificates of others are not within your reach."), code="not_allowed")
    if not parameters:
        raise ValidationError(_("Choose a body, an area, an edition or a year."), code="no_choice")
    if known := Job.objects.open().filter(kind=ARCHIVE, requested_by=actor, parameters=parameters).first():
        return known
    total = archived(actor, parameters).count()
    if not total:
        raise ValidationError(_("There are no certificates with a PDF in this choice."), code="no_certificates")
    job = Job.objects.create(kind=ARCHIVE, requested_by=actor, created_at=now, total=total, parameters=parameters)
    record("request_archive", job, actor=actor, after={"certificates": total}, now=now)
    nudge("certificates.build_archives")
    return job


def archived(user: User, parameters: dict) -> CertificateQuerySet:
    """The valid certificates with a PDF that this person may read in a role, narrowed to the choice."""
    names = {"body": "body_id", "area": "area_id", "edition": "enrolment__edition_id", "year": "register__year"}
    chosen = {names[name]: value for name, value in parameters.items()}
    return Certificate.objects.answered_by(user).named().filter(state=Certificate.State.ISSUED, **chosen)


def build_archives(*, now: datetime) -> int:
    """Make the zips that are waiting and return how many are ready; safe to run in several workers at once."""
    problem = _("The zip could not be made: the error has been noted.")
    return run_jobs({ARCHIVE: _build}, lease=LEASE, problem=problem, now=now)


def _build(job: Job, clock: Clock) -> bool:
    certificates = archived(job.requested_by, job.parameters).with_file()
    rows = list(certificates.select_related("user", "body", "register").order_by("body__name", "number", "pk"))
    if not rows:  # the role has ended, or all of them were revoked in the meantime
        return fail_job(job, _("There are no certificates with a PDF in this choice."), now=clock())
    with TemporaryFile() as file:
        missing = _write(file, rows, job, clock)
        path = storages["private"].save(f"archives/{job.pk}.zip", File(file))
    return _finish(job, path, rows, missing, now=clock())


def _write(file, rows: list[Certificate], job: Job, clock) -> int:
    """Fill the zip and return how many PDFs could not be read: one of 500 does not stop the others."""
    missing, index = 0, []
    with ZipFile(file, "w", ZIP_STORED) as archive:  # PDFs are compressed already
        for done, certificate in enumerate(rows, start=1):
            name, pdf = file_name(certificate), _pdf_of(certificate)
            if pdf is None:
                missing += 1
            else:
                archive.writestr(name, pdf)
            index.append(_index_row(certificate, name if pdf else _("the file is missing")))
            if done % STEP == 0 or done == len(rows):
                Job.objects.filter(pk=job.pk).update(done=done, total=len(rows), claimed_at=clock())
        with translation.override("it"):
            archive.writestr("elenco.csv", csv_text(_index_header(), index).encode("utf-8-sig"))
    return missing


def file_name(certificate: Certificate) -> str:
    """ "comune-di-piuro-so/rossi-anna-2026-000123.pdf": plain letters, and never twice, for the number is in it."""
    snapshot = certificate.snapshot
    person = slugify(f"{snapshot['last_name']} {snapshot['first_name']}")[:60] or "persona"
    folder = slugify(snapshot["body"])[:60] or "ente"
    return f"{folder}/{person}-{certificate.number.replace('/', '-')}.pdf"


def _pdf_of(certificate: Certificate) -> bytes | None:
    try:
        return stored_pdf(certificate.file())
    except OSError:
        return None


def _index_header() -> list[str]:
    number, course = pgettext("register", "Number"), pgettext("certificate", "Course")
    titles = [number, _("Last name"), _("First name"), _("Body"), course, _("Hours"), _("Minutes")]
    return [*titles, _("Completed on"), _("Issued on"), _("Verification code"), _("File"), "SHA-256"]


def _index_row(certificate: Certificate, name: str) -> list:
    snapshot, minutes, days = certificate.snapshot, certificate.credit_minutes, certificate.days
    person = [certificate.number, snapshot["last_name"], snapshot["first_name"], snapshot["body"], snapshot["title"]]
    completed_on = days.get("completed_on")  # of a course: statements add up a whole year
    facts = [hours(minutes), minutes, completed_on, days["issued_on"], certificate.grouped_code]
    return [*person, *facts, name, certificate.file().sha256]


@transaction.atomic
def _finish(job: Job, path: str, rows: list[Certificate], missing: int, *, now: datetime) -> bool:
    running = Job.objects.select_for_update(of=("self",)).filter(pk=job.pk, state=Job.State.RUNNING).first()
    if running is None:  # finished by whoever took over an expired lease
        storages["private"].delete(path)
        return False
    running.state, running.finished_at, running.claimed_at = Job.State.DONE, now, None
    running.path, running.expires_at = path, now + KEPT
    running.outcome = {"certificates": [row.pk for row in rows], "missing": missing}
    running.save()
    emails.queue_archive_ready(running, now=now)
    return True


def may_fetch(job: Job, user: User, *, now: datetime) -> bool:
    """Whether the file is still there and whoever asked may still read every certificate in it."""
    keys = job.outcome.get("certificates", [])
    if job.requested_by_id != user.pk or not job.has_file(now=now):
        return False
    return Certificate.objects.answered_by(user).named().filter(pk__in=keys).count() == len(keys)


def delete_expired_archives(*, now: datetime) -> int:
    """Delete the files of archives whose time is over and return how many; the jobs stay."""
    return sum(_delete_file(job) for job in _expired(now))


def _expired(now: datetime) -> Iterator[Job]:
    return Job.objects.filter(kind=ARCHIVE, expires_at__lte=now).exclude(path="").iterator()


def _delete_file(job: Job) -> int:
    storages["private"].delete(job.path)
    return Job.objects.filter(pk=job.pk).update(path="")
