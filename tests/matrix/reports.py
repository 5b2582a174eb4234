"""Reports: coordinators of the area and ANCI; a referent the own body and its people; tutors and learners none."""

from datetime import timedelta

from journal.models import OutgoingMail
from reports.actions import freeze_figures, send_monthly_reports
from reports.actions.export import build_exports, request_export
from reports.models.listing import LISTINGS
from reports.models.period import Period
from tests.factories import EditionFactory, EnrolmentFactory
from tests.matrix.row import NO, YES, Row
from tests.reports.factories import CallFactory, CertificateFactory, CourseRecordFactory

AREA = {"kwargs": lambda world: {"slug": world.area_a.slug}, "other": lambda world: {"slug": world.area_b.slug}}
BODY = {"kwargs": lambda world: {"pk": world.body_a.pk}, "other": lambda world: {"pk": world.body_b.pk}}
PERSON = {"kwargs": lambda world: {"pk": world.colleague.pk}, "other": lambda world: {"pk": world.outsider.pk}}
CALL = {"kwargs": lambda world: {"pk": world.call.pk}, "other": lambda world: {"pk": world.other_call.pk}}
EXPORT = {"kwargs": lambda world: {"pk": world.export.pk}, "other": lambda world: {"pk": world.other_export.pk}}
SNAPSHOT = {"kwargs": lambda world: {"pk": world.snapshot.pk}, "other": lambda world: {"pk": world.other_snapshot.pk}}
MISSING_SLUG, MISSING_PK = {"slug": "nessuna"}, {"pk": 999_999}


def world(cast) -> dict:
    """One completed course and one call to make on each side, the other one full of canaries."""
    edition = EditionFactory(course__title="Corso della propria area")
    other_edition = EditionFactory(course__title="Corso dell’altra area")
    for person, taken in [(cast.colleague, edition), (cast.outsider, other_edition)]:
        done = EnrolmentFactory(edition=taken, user=person, completed_at=cast.now, credit_minutes=45)
        CourseRecordFactory(enrolment=done)
        CertificateFactory(enrolment=done)
    calls = [
        CallFactory(enrolment=EnrolmentFactory(edition=taken, user=person), tutor=tutor, asked_by=cast.anci)
        for person, taken, tutor in [
            (cast.colleague, edition, cast.tutor),
            (cast.outsider, other_edition, cast.other_tutor),
        ]
    ]
    wish = {"parameters": {}, "file_format": "csv"}
    people = (cast.coordinator, cast.other_coordinator)
    jobs = [request_export(LISTINGS["ore"], actor=person, now=cast.now, **wish) for person in people]
    build_exports(now=cast.now)
    send_monthly_reports(now=cast.now + timedelta(days=9))
    OutgoingMail.objects.filter(recipient=cast.other_coordinator.email).update(subject="CANARY_B")
    period = Period(cast.now.year, cast.now.date())
    frozen = [
        freeze_figures(title=title, period=period, areas=[], actor=person, now=cast.now)
        for title, person in zip(("Anno", "CANARY_B"), people, strict=True)
    ]
    return {
        "snapshot": frozen[0],
        "other_snapshot": frozen[1],
        "call": calls[0],
        "other_call": calls[1],
        "export": jobs[0],
        "other_export": jobs[1],
    }


ROWS = [
    Row("reports:fragility", coordinator=YES, anci=YES),
    Row("reports:fragility_export", coordinator=YES, anci=YES),
    Row("reports:my_training", learner=YES, tutor=YES, referent=YES, coordinator=YES, anci=YES, editor=YES),
    Row("reports:training_record", learner=YES, tutor=YES, referent=YES, coordinator=YES, anci=YES, editor=YES),
    Row("reports:overview", coordinator=YES, anci=YES),
    Row("reports:comparison", coordinator=YES, anci=YES),
    Row("reports:comparison_export", coordinator=YES, anci=YES),
    Row("reports:monthly_list", coordinator=YES, anci=YES),
    Row("reports:overview_export", coordinator=YES, anci=YES),
    Row("reports:area_detail", **AREA, missing=MISSING_SLUG, coordinator=YES, anci=YES),
    Row("reports:area_export", **AREA, missing=MISSING_SLUG, coordinator=YES, anci=YES),
    Row("reports:body_detail", **BODY, missing=MISSING_PK, referent=YES, coordinator=YES, anci=YES),
    Row("reports:body_export", **BODY, missing=MISSING_PK, referent=YES, coordinator=YES, anci=YES),
    Row("reports:piao_export", **BODY, missing=MISSING_PK, referent=YES, coordinator=YES, anci=YES),
    Row("reports:person_detail", **PERSON, missing=MISSING_PK, referent=YES, coordinator=YES, anci=YES, tutor=NO),
    Row("reports:at_risk", coordinator=YES, anci=YES),
    Row("reports:at_risk_export", coordinator=YES, anci=YES),
    Row("reports:at_risk_message", methods="GET POST", coordinator=YES, anci=YES),
    Row("reports:at_risk_extend", methods="GET POST", coordinator=YES, anci=YES),
    Row("reports:at_risk_call", methods="GET POST", coordinator=YES, anci=YES),
    Row("reports:call_list", tutor=YES, coordinator=YES, anci=YES),
    Row("reports:call_finish", **CALL, missing=MISSING_PK, methods="GET POST", tutor=YES),
    Row(
        "reports:listing_detail",
        kwargs=lambda world: {"slug": "iscrizioni"},
        missing={"slug": "altro"},
        open_to_all=True,
        referent=YES,
        coordinator=YES,
        anci=YES,
    ),
    Row(
        "reports:listing_export",
        kwargs=lambda world: {"slug": "ore"},
        missing={"slug": "altro"},
        methods="GET POST",
        open_to_all=True,
        referent=YES,
        coordinator=YES,
        anci=YES,
    ),
    Row("reports:export_detail", **EXPORT, missing=MISSING_PK, coordinator=YES),
    Row("reports:export_download", **EXPORT, missing=MISSING_PK, coordinator=YES),
    Row("reports:snapshot_list", methods="GET POST", coordinator=YES, anci=YES),
    Row("reports:snapshot_detail", **SNAPSHOT, missing=MISSING_PK, coordinator=YES, anci=YES),
    Row("reports:snapshot_export", **SNAPSHOT, missing=MISSING_PK, coordinator=YES, anci=YES),
    Row("reports:office_list", coordinator=YES, anci=YES),
    Row("reports:office_export", coordinator=YES, anci=YES),
    Row("reports:silent_list", coordinator=YES, anci=YES),
    Row("reports:silent_export", coordinator=YES, anci=YES),
]
