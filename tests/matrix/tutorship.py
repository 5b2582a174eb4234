"""Tutorship: own bookings for everybody, own sessions for the tutor, the area for the coordinator, all for ANCI."""

from datetime import UTC, date, datetime

from tests.matrix.row import YES, Row
from tests.tutorship.factories import (
    BookingFactory,
    CaseFactory,
    CaseMessageFactory,
    ClosureFactory,
    CoverageFactory,
    ExceptionFactory,
    FollowUpTaskFactory,
    OutcomeFactory,
    PatronSaintFactory,
    RatingFactory,
    RequestFactory,
    RuleFactory,
    ServiceFactory,
    SessionFactory,
    TopicFactory,
    WaitingEntryFactory,
)
from tutorship.models.feed import FeedToken, digest_of

EVERYBODY = dict.fromkeys(("learner", "tutor", "referent", "coordinator", "anci", "editor"), YES)
WITH_SESSION = {"tutor": YES, "coordinator": YES, "anci": YES}
PLANNERS = {"coordinator": YES, "anci": YES}
TOKEN = "gettone-di-prova"
MISSING = {"pk": 999_999}
YESTERDAY, DAY_BEFORE = datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 21, 8, tzinfo=UTC)


def world(cast) -> dict:
    """A coming and a past session of each area, with hours, coverage and closures of its tutor."""
    topic, service = TopicFactory(slug="matrice"), ServiceFactory(slug="matrice")
    rows = {}
    for prefix, tutor, learner, area in (
        ("", cast.tutor, cast.learner, cast.area_a),
        ("other_", cast.other_tutor, cast.outsider, cast.area_b),
    ):
        common = {"tutor": tutor, "area": area, "topic": topic, "service": service}
        canary = "CANARY_B" if prefix else ""
        rows |= {
            f"{prefix}booking": BookingFactory(
                session=SessionFactory(**common), learner=learner, question=f"Come si fa? {canary}"
            ),
            f"{prefix}past": BookingFactory(session=SessionFactory(**common, starts_at=YESTERDAY), learner=learner),
            f"{prefix}outcome": OutcomeFactory(
                session=SessionFactory(**common, starts_at=DAY_BEFORE), learner=learner, summary=f"Fatto {canary}"
            ),
            f"{prefix}rule": RuleFactory(tutor=tutor),
            f"{prefix}exception": ExceptionFactory(tutor=tutor, on=date(2026, 12, 1)),
            f"{prefix}coverage": CoverageFactory(tutor=tutor, area=area, topic=topic),
            f"{prefix}request": RequestFactory(
                learner=learner, area=area, topic=topic, service=service, question=f"Come si fa? {canary}"
            ),
            f"{prefix}waiting_entry": WaitingEntryFactory(
                learner=learner, area=area, topic=topic, service=service, question=f"Come si fa? {canary}"
            ),
            f"{prefix}saint": PatronSaintFactory(body=learner.employments.get().body, name=f"San Rocco {canary}"),
            f"{prefix}closure": ClosureFactory(area=area, reason=f"Patrono {canary}"),
        }
        RatingFactory(booking=rows[f"{prefix}outcome"].session.bookings.get(), comment=f"Chiaro {canary}")
        case = CaseFactory(learner=learner, tutor=tutor, area=area, topic=topic)
        rows[f"{prefix}case"] = case
        rows[f"{prefix}case_message"] = CaseMessageFactory(case=case, text=f"Ecco {canary}")
        rows[f"{prefix}task"] = FollowUpTaskFactory(session=rows[f"{prefix}outcome"].session, owner=learner)
    FeedToken.objects.get_or_create(digest=digest_of(TOKEN), defaults={"user": cast.learner, "made_at": YESTERDAY})
    return rows


def row(name: str, thing: str, part: str = "pk", **expected) -> Row:
    """A row about one object; `part` is the path from it to the key in the address."""

    def of(prefix):
        def key(world):
            found = getattr(world, prefix + thing)
            for step in part.split("."):
                found = getattr(found, step)
            return {"pk": found}

        return key

    return Row(f"tutorship:{name}", kwargs=of(""), other=of("other_"), missing=MISSING, **expected)


ROWS = [
    Row("tutorship:booking_start", anon=YES, **EVERYBODY),
    Row("tutorship:booking_area", **EVERYBODY),
    Row("tutorship:booking_time", **EVERYBODY),
    Row("tutorship:booking_question", methods="GET POST", **EVERYBODY),
    Row("tutorship:booking_review", **EVERYBODY),
    Row("tutorship:booking_create", methods="POST", **EVERYBODY),
    Row("tutorship:request_create", methods="GET POST", **EVERYBODY),
    row("request_detail", "request", learner=YES),
    row("request_withdraw", "request", methods="POST", learner=YES),
    Row("tutorship:waiting_join", methods="GET POST", **EVERYBODY),
    row("waiting_detail", "waiting_entry", learner=YES),
    row("waiting_accept", "waiting_entry", methods="POST", learner=YES),
    row("waiting_leave", "waiting_entry", methods="POST", learner=YES),
    Row("tutorship:booking_list", **EVERYBODY),
    row("booking_detail", "booking", learner=YES, **WITH_SESSION),
    row("booking_calendar", "booking", learner=YES, **WITH_SESSION),
    row("booking_cancel", "booking", methods="GET POST", learner=YES, **WITH_SESSION),
    row("booking_rate", "booking", methods="GET POST", learner=YES),
    row("booking_move", "booking", methods="GET POST", learner=YES),
    Row(
        "tutorship:feed",
        kwargs=lambda world: {"token": TOKEN},
        missing={"token": "un-altro"},
        open_to_all=True,
        anon=YES,
        **EVERYBODY,
    ),
    Row("tutorship:feed_detail", **EVERYBODY),
    Row("tutorship:feed_make", methods="POST", **EVERYBODY),
    Row("tutorship:feed_revoke", methods="POST", **EVERYBODY),
    Row("tutorship:case_list", **EVERYBODY),
    row("case_detail", "case", learner=YES, **WITH_SESSION),
    row("case_write", "case", methods="POST", learner=YES, tutor=YES, anci=YES),
    Row(
        "tutorship:case_file",
        kwargs=lambda world: {"pk": world.case.pk, "message_pk": world.case_message.pk},
        other=lambda world: {"pk": world.other_case.pk, "message_pk": world.other_case_message.pk},
        missing={"pk": 999_999, "message_pk": 999_999},
        learner=YES,
        tutor=YES,
        anci=YES,
    ),
    row("case_close", "case", methods="GET POST", **WITH_SESSION),
    row("case_escalate", "case", methods="GET POST", **WITH_SESSION),
    row("case_reassign", "case", methods="GET POST", **WITH_SESSION),
    row("case_reopen", "case", methods="POST", learner=YES, **WITH_SESSION),
    Row("tutorship:tutor_week", tutor=YES),
    row("session_detail", "booking", "session.pk", **WITH_SESSION),
    row("session_close", "past", "session.pk", methods="GET POST", **WITH_SESSION),
    row("session_move", "booking", "session.pk", methods="GET POST", **WITH_SESSION),
    row("outcome_correct", "outcome", "session.pk", methods="GET POST", **WITH_SESSION),
    row("note_save", "past", "session.pk", methods="POST", tutor=YES),
    row("task_create", "past", "session.pk", methods="GET POST", tutor=YES, anci=YES),
    row("task_mark", "task", methods="POST", learner=YES),
    row("session_cancel", "booking", "session.pk", methods="GET POST", **WITH_SESSION),
    Row("tutorship:availability", tutor=YES),
    Row("tutorship:rule_create", methods="GET POST", tutor=YES),
    row("rule_change", "rule", methods="GET POST", **WITH_SESSION),
    row("rule_delete", "rule", methods="GET POST", **WITH_SESSION),
    Row("tutorship:exception_create", methods="GET POST", tutor=YES),
    row("exception_change", "exception", methods="GET POST", **WITH_SESSION),
    row("exception_delete", "exception", methods="GET POST", **WITH_SESSION),
    Row("tutorship:preference_change", methods="GET POST", tutor=YES),
    row("tutor_availability", "rule", "tutor.pk", **WITH_SESSION),
    row("tutor_rule_create", "rule", "tutor.pk", methods="GET POST", **WITH_SESSION),
    row("tutor_exception_create", "rule", "tutor.pk", methods="GET POST", **WITH_SESSION),
    Row("tutorship:coverage_list", **PLANNERS),
    Row("tutorship:coverage_create", methods="GET POST", **PLANNERS),
    row("coverage_end", "coverage", methods="GET POST", **PLANNERS),
    Row("tutorship:demand", **PLANNERS),
    Row("tutorship:rating_list", **PLANNERS),
    Row("tutorship:handover_list", **PLANNERS),
    row("handover", "booking", "session.tutor.pk", methods="GET POST", **PLANNERS),
    Row("tutorship:request_list", **PLANNERS),
    row("request_answer", "request", methods="GET POST", **PLANNERS),
    Row("tutorship:closure_list", **PLANNERS),
    Row("tutorship:closure_create", methods="GET POST", **PLANNERS),
    Row("tutorship:patron_saint_create", methods="GET POST", **PLANNERS),
    row("patron_saint_delete", "saint", methods="POST", **PLANNERS),
    row("closure_delete", "closure", methods="POST", **PLANNERS),
]
