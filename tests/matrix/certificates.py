from certificates.actions import build_archives, issue_certificate, print_due, request_archive
from tests.certificates.factories import external_of
from tests.factories import EnrolmentFactory
from tests.matrix.row import YES, Row

OPEN = {"anon": YES, "learner": YES, "tutor": YES, "referent": YES, "coordinator": YES, "anci": YES, "editor": YES}

ARCHIVE = {"kwargs": lambda world: {"pk": world.archive.pk}, "other": lambda world: {"pk": world.other_archive.pk}}

EXTERNAL = {"kwargs": lambda world: {"pk": world.external.pk}, "other": lambda world: {"pk": world.other_external.pk}}


def world(cast):
    """A printed certificate of the learner, and its twin in area B."""
    certificate, other = (_certificate(user, cast) for user in (cast.learner, cast.outsider))
    print_due(now=cast.now)
    jobs = [request_archive(actor=who, year=2026, now=cast.now) for who in (cast.coordinator, cast.other_coordinator)]
    build_archives(now=cast.now)
    found = {"certificate": certificate, "other_certificate": other, "archive": jobs[0], "other_archive": jobs[1]}
    external, elsewhere = (external_of(user, now=cast.now) for user in (cast.learner, cast.outsider))
    return found | {"external": external, "other_external": elsewhere}


def _certificate(user, cast):
    enrolment = EnrolmentFactory(user=user, edition=cast.edition, completed_at=cast.now, credit_minutes=45)
    return issue_certificate(enrolment, now=cast.now)


def row(name, **expected):
    return Row(
        f"certificates:{name}",
        kwargs=lambda world: {"pk": world.certificate.pk},
        other=lambda world: {"pk": world.other_certificate.pk},
        missing={"pk": 999_999},
        **expected,
    )


ROWS = [
    Row(
        "certificates:certificate_list",
        learner=YES,
        tutor=YES,
        referent=YES,
        coordinator=YES,
        anci=YES,
        editor=YES,
    ),
    Row(
        "certificates:statement_create",
        methods="POST",
        data=lambda world: {"tipo": "year", "anno": "2026"},
        learner=YES,
        tutor=YES,
        referent=YES,
        coordinator=YES,
        anci=YES,
        editor=YES,
    ),
    Row("certificates:archive_create", methods="GET POST", referent=YES, coordinator=YES, anci=YES),
    Row("certificates:archive_detail", **ARCHIVE, missing={"pk": 999_999}, coordinator=YES),
    Row("certificates:archive_download", **ARCHIVE, missing={"pk": 999_999}, coordinator=YES),
    Row(
        "certificates:external_create",
        methods="GET POST",
        learner=YES,
        tutor=YES,
        referent=YES,
        coordinator=YES,
        anci=YES,
        editor=YES,
    ),
    Row(
        "certificates:external_proof",
        **EXTERNAL,
        missing={"pk": 999_999},
        learner=YES,
        referent=YES,
        coordinator=YES,
        anci=YES,
    ),
    Row("certificates:external_list", referent=YES, coordinator=YES, anci=YES),
    Row(
        "certificates:external_approve",
        **EXTERNAL,
        missing={"pk": 999_999},
        methods="POST",
        referent=YES,
        coordinator=YES,
        anci=YES,
    ),
    Row(
        "certificates:external_refuse",
        **EXTERNAL,
        missing={"pk": 999_999},
        methods="GET POST",
        data=lambda world: {"reason": "Il documento non si legge"},
        referent=YES,
        coordinator=YES,
        anci=YES,
    ),
    row("certificate_download", learner=YES, referent=YES, coordinator=YES, anci=YES),
    Row("certificates:register", coordinator=YES, anci=YES),
    row(
        "certificate_correct",
        methods="GET POST",
        coordinator=YES,
        anci=YES,
        data=lambda world: {"reason": "Il cognome era sbagliato"},
    ),
    row("certificate_revoke", methods="GET POST", anci=YES, data=lambda world: {"reason": "Rilasciato per errore"}),
    row("certificate_retry", methods="POST", coordinator=YES, anci=YES),
    Row("certificates:verify", methods="GET POST", open_to_all=True, **OPEN),
    Row(
        "certificates:verify_code",
        kwargs=lambda world: {"code": world.certificate.grouped_code},
        missing={"code": "0000-0000-0000-0000-1"},
        methods="GET POST",
        open_to_all=True,
        **OPEN,
    ),
]
