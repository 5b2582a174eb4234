"""Courses: the catalogue is public, lessons are for who is enrolled (and for who looks after the course)."""

from datetime import date

from django.core import signing
from django.utils import timezone

from courses.actions import renew_invitation
from courses.actions.paper import freeze
from courses.forms import sign_opening
from courses.models import Attempt, LessonPage, QuizPage, SeatRequest, Step
from courses.views.check_in import SALT
from tests import factories
from tests.matrix.row import LOGIN, YES, Row


def world(cast) -> dict:
    course = factories.CourseFactory(with_steps=True)
    edition = factories.EditionFactory(course=course)
    edition.tutors.set([cast.tutor])
    local, elsewhere = (
        factories.EditionFactory(course=course, is_self_paced=False, starts_on=date(2026, 12, 1), title=title)
        for title in ("Laboratorio", "Laboratorio CANARY_B")
    )
    local.areas.set([cast.area_a])
    elsewhere.areas.set([cast.area_b])
    for one in (local, elsewhere):
        renew_invitation(one, until=date(2026, 12, 1), actor=cast.anci, now=cast.now)
        one.refresh_from_db()
    elsewhere.tutors.set([cast.other_tutor])
    mine = factories.EnrolmentFactory(edition=edition, user=cast.learner)
    theirs = factories.EnrolmentFactory(edition=elsewhere, user=cast.outsider)
    lesson, *_others, quiz = Step.objects.outline(course)
    quiz = QuizPage.objects.get(pk=quiz.pk)
    recording = factories.RecordingFactory(course=course)
    watched_lesson = LessonPage.objects.get(pk=lesson.pk)
    watched_lesson.body = [("video", {"recording": recording, "percent": 90, "twin_counts": True})]
    watched_lesson.save()
    pictured = factories.give_picture(quiz.quiz_questions.first().question)
    open_paper = [factories.OPEN_QUESTION | {"picture": freeze(pictured, is_shuffled=False)["picture"]}]
    attempts = [_attempt(enrolment, quiz) for enrolment in (mine, theirs)]
    return {
        "course": course,
        "course_edition": edition,
        "local_edition": local,
        "other_edition": elsewhere,
        "enrolment": mine,
        "other_enrolment": theirs,
        "lesson": lesson,
        "quiz": quiz,
        "recording": recording,
        "course_file": factories.CourseFileFactory(course=course),
        "pictured": pictured,
        "attempt": attempts[0],
        "other_attempt": attempts[1],
        "seat_request": factories.SeatRequestFactory(edition=local, user=cast.learner, number=1),
        "other_seat_request": factories.SeatRequestFactory(edition=elsewhere, user=cast.outsider, number=1),
        "to_approve": _to_approve(local, cast.colleague),
        "other_to_approve": _to_approve(elsewhere, cast.other_tutor),
        "marking": _marking(mine, quiz, open_paper),
        "other_marking": _marking(theirs, quiz, open_paper),
        "orphan_marking": _marking(cast.enrolment, quiz, open_paper),
        "meeting": factories.LiveSessionFactory(edition=local),
        "own_meeting": factories.LiveSessionFactory(edition=edition),
        "other_meeting": factories.LiveSessionFactory(edition=elsewhere),
        "act_template": factories.ActTemplateFactory(course=course),
    }


def _to_approve(edition, user) -> SeatRequest:
    return factories.SeatRequestFactory(edition=edition, user=user, state=SeatRequest.State.TO_APPROVE, number=None)


def _attempt(enrolment, quiz) -> Attempt:
    return factories.AttemptFactory(enrolment=enrolment, quiz=quiz)


def _marking(enrolment, quiz, paper):
    return factories.MarkingFactory(
        answer__attempt__enrolment=enrolment, answer__attempt__quiz=quiz, answer__attempt__paper=paper
    )


EVERYBODY = dict.fromkeys(["anon", "learner", "tutor", "referent", "coordinator", "anci", "editor"], YES)
LOGGED_IN = EVERYBODY | {"anon": LOGIN}
MISSING = {"pk": 999_999}


def step_kwargs(name):
    return lambda world: {"course_slug": world.course.slug, "step_slug": getattr(world, name).slug}


def pk(name):
    return lambda world: {"pk": getattr(world, name).pk}


def picture_on(attempt):
    return lambda world: {"pk": getattr(world, attempt).pk, "question": world.pictured.pk}


def watched(world, enrolment):
    return {"pk": enrolment.pk, "step_pk": world.lesson.pk, "recording_pk": world.recording.pk}


NO_STEP = {"course_slug": "nessun-corso", "step_slug": "nessun-passo"}
EDITION_CHANGE = {
    "kwargs": pk("local_edition"),
    "other": pk("other_edition"),
    "missing": MISSING,
    "coordinator": YES,
    "anci": YES,
}

ROWS = [
    Row("courses:catalogue", open_to_all=True, **EVERYBODY),
    Row(
        "courses:course_detail",
        kwargs=lambda world: {"slug": world.course.slug},
        missing={"slug": "nessun-corso"},
        open_to_all=True,  # its editions on dates are public, whatever their area
        **EVERYBODY,
    ),
    # Enrolling is open to everybody who is logged in; who has no body gets the page back with the reason.
    Row(
        "courses:enrolment_create",
        kwargs=lambda world: {"slug": world.course.slug},
        missing={"slug": "nessun-corso"},
        methods="POST",
        open_to_all=True,
        **LOGGED_IN,
    ),
    # Who is not enrolled is led to the course page: a redirect, and not a lesson.
    Row("courses:glossary", open_to_all=True, **EVERYBODY),
    Row("courses:step", kwargs=step_kwargs("lesson"), missing=NO_STEP, open_to_all=True, **LOGGED_IN),
    Row("courses:lesson_complete", kwargs=step_kwargs("lesson"), missing=NO_STEP, methods="POST", learner=YES),
    Row("courses:attempt_create", kwargs=step_kwargs("quiz"), missing=NO_STEP, methods="POST", learner=YES),
    Row(
        "courses:enrolment_leave",
        kwargs=pk("enrolment"),
        other=pk("other_enrolment"),
        missing=MISSING,
        methods="POST",
        learner=YES,
    ),
    *(
        Row(
            f"courses:seat_request_{verb}",
            kwargs=pk("seat_request"),
            other=pk("other_seat_request"),
            missing=MISSING,
            methods="POST",
            learner=YES,
        )
        for verb in ("accept", "withdraw")
    ),
    Row("courses:seat_request_list", coordinator=YES, anci=YES),
    *(
        Row(
            f"courses:seat_request_{verb}",
            kwargs=pk("to_approve"),
            other=pk("other_to_approve"),
            missing=MISSING,
            methods=methods,
            coordinator=YES,
            anci=YES,
        )
        for verb, methods in (("approve", "POST"), ("refuse", "GET POST"))
    ),
    Row(
        "courses:enrolment_create_many",
        kwargs=pk("local_edition"),
        other=pk("other_edition"),
        missing=MISSING,
        methods="GET POST",
        referent=YES,
        coordinator=YES,
        anci=YES,
    ),
    Row(
        "courses:enrolment_cancel",
        kwargs=pk("enrolment"),
        other=pk("other_enrolment"),
        missing=MISSING,
        methods="GET POST",
        referent=YES,
        coordinator=YES,
        anci=YES,
    ),
    # Whoever holds the link reads which edition it opens; who may take the seat is asked by the action.
    Row(
        "courses:enrolment_by_invitation",
        kwargs=lambda world: {"token": world.local_edition.invitation_token},
        missing={"token": "falso"},
        methods="GET POST",
        open_to_all=True,
        **LOGGED_IN,
    ),
    # Answers are the person's own: never another's, whatever the role.
    Row(
        "courses:attempt_take",
        kwargs=pk("attempt"),
        other=pk("other_attempt"),
        missing=MISSING,
        methods="GET POST",
        learner=YES,
    ),
    Row(
        "courses:attempt_answer",
        kwargs=pk("attempt"),
        other=pk("other_attempt"),
        missing=MISSING,
        methods="POST",
        learner=YES,
    ),
    Row("courses:attempt_result", kwargs=pk("attempt"), other=pk("other_attempt"), missing=MISSING, learner=YES),
    Row(
        "courses:attempt_picture",
        kwargs=picture_on("attempt"),
        other=picture_on("other_attempt"),
        missing=MISSING | {"question": 999_999},
        learner=YES,
    ),
    # An open answer is its tutors' to read, and ANCI's only where the edition has none.
    Row("courses:marking_list", tutor=YES, anci=YES),
    Row(
        "courses:answer_mark",
        kwargs=pk("marking"),
        other=pk("other_marking"),
        missing=MISSING,
        methods="GET POST",
        tutor=YES,
    ),
    Row(
        "courses:marking_picture",
        kwargs=pk("marking"),
        other=pk("other_marking"),
        missing=MISSING,
        tutor=YES,
    ),
    Row("courses:marking_picture", kwargs=pk("orphan_marking"), anci=YES),
    Row("courses:answer_mark", kwargs=pk("orphan_marking"), methods="GET POST", anci=YES),
    Row(
        "courses:act_template_download",
        kwargs=pk("act_template"),
        missing=MISSING,
        learner=YES,
        tutor=YES,
        coordinator=YES,
        anci=YES,
        editor=YES,
    ),
    # A recording is part of a lesson; what was played of it is the person's own to report.
    Row(
        "courses:recording_file",
        kwargs=lambda world: {"pk": world.recording.pk, "part": "piccolo"},
        missing=MISSING | {"part": "piccolo"},
        learner=YES,
        tutor=YES,
        coordinator=YES,
        anci=YES,
        editor=YES,
    ),
    Row(
        "courses:recording_light",
        kwargs=lambda world: step_kwargs("lesson")(world) | {"pk": world.recording.pk},
        missing=NO_STEP | MISSING,
        learner=YES,
        tutor=YES,
        coordinator=YES,
        anci=YES,
        editor=YES,
    ),
    Row(
        "courses:recording_light",
        kwargs=lambda world: step_kwargs("lesson")(world) | {"pk": world.recording.pk},
        missing=NO_STEP | MISSING,
        methods="POST",
        learner=YES,
    ),
    Row(
        "courses:course_file_download",
        kwargs=pk("course_file"),
        missing=MISSING,
        learner=YES,
        tutor=YES,
        coordinator=YES,
        anci=YES,
        editor=YES,
    ),
    Row(
        "courses:lesson_print",
        kwargs=step_kwargs("lesson"),
        missing=NO_STEP,
        learner=YES,
        tutor=YES,
        coordinator=YES,
        anci=YES,
        editor=YES,
    ),
    # Notes are the person's own; the list shows nobody else's.
    Row(
        "courses:lesson_write",
        kwargs=step_kwargs("lesson"),
        missing=NO_STEP,
        methods="POST",
        data=lambda world: {"note": "Da rivedere"},
        learner=YES,
    ),
    Row("courses:margin_list", **LOGGED_IN),
    Row(
        "courses:watching_report",
        kwargs=lambda world: watched(world, world.enrolment),
        other=lambda world: watched(world, world.other_enrolment),
        missing=MISSING | {"step_pk": 999_999, "recording_pk": 999_999},
        methods="POST",
        data=lambda world: {
            "opened": sign_opening(user_id=world.learner.pk, step_id=world.lesson.pk, now=timezone.now()),
            "spans": "0-5",
            "rate": "1",
            "position": "5",
        },
        learner=YES,
    ),
    Row("courses:edition_list", coordinator=YES, anci=YES),
    Row("courses:edition_create", methods="GET POST", coordinator=YES, anci=YES),
    Row(
        "courses:edition_detail",
        kwargs=pk("local_edition"),
        other=pk("other_edition"),
        missing=MISSING,
        coordinator=YES,
        anci=YES,
    ),
    Row("courses:edition_detail", kwargs=pk("course_edition"), tutor=YES, anci=YES),
    Row("courses:edition_update", methods="GET POST", **EDITION_CHANGE),
    Row("courses:edition_cancel", methods="GET POST", **EDITION_CHANGE),
    Row("courses:edition_copy", methods="GET POST", **EDITION_CHANGE),
    Row("courses:edition_invite", methods="POST", **EDITION_CHANGE),
    Row("courses:live_session_create", methods="GET POST", **EDITION_CHANGE),
    Row(
        "courses:live_session_update",
        kwargs=pk("meeting"),
        other=pk("other_meeting"),
        missing=MISSING,
        methods="GET POST",
        coordinator=YES,
        anci=YES,
    ),
    Row(
        "courses:live_session_calendar",
        kwargs=pk("meeting"),
        other=pk("other_meeting"),
        missing=MISSING,
        coordinator=YES,
        anci=YES,
    ),
    Row("courses:live_session_calendar", kwargs=pk("own_meeting"), learner=YES, tutor=YES, anci=YES),
    Row(
        "courses:live_session_delete",
        kwargs=pk("meeting"),
        other=pk("other_meeting"),
        missing=MISSING,
        methods="POST",
        coordinator=YES,
        anci=YES,
    ),
    # Who sees the participants of an edition may write to them.
    Row(
        "courses:edition_message",
        kwargs=pk("local_edition"),
        other=pk("other_edition"),
        missing=MISSING,
        methods="GET POST",
        coordinator=YES,
        anci=YES,
    ),
    Row("courses:edition_message", kwargs=pk("course_edition"), methods="GET POST", tutor=YES, anci=YES),
    # The register is kept by the edition's tutors and by the coordinators of its area.
    Row(
        "courses:attendance_update",
        kwargs=pk("meeting"),
        other=pk("other_meeting"),
        missing=MISSING,
        methods="GET POST",
        coordinator=YES,
        anci=YES,
    ),
    Row("courses:attendance_update", kwargs=pk("own_meeting"), methods="GET POST", tutor=YES, anci=YES),
    Row(
        "courses:attendance_code",
        kwargs=pk("meeting"),
        other=pk("other_meeting"),
        missing=MISSING,
        coordinator=YES,
        anci=YES,
    ),
    Row("courses:attendance_code", kwargs=pk("own_meeting"), tutor=YES, anci=YES),
    Row(
        "courses:attendance_import",
        kwargs=pk("meeting"),
        other=pk("other_meeting"),
        missing=MISSING,
        methods="GET POST",
        coordinator=YES,
        anci=YES,
    ),
    Row("courses:attendance_import", kwargs=pk("own_meeting"), methods="GET POST", tutor=YES, anci=YES),
    # A phone that is not logged in yet scans all the same; confirming needs the login.
    Row(
        "courses:attendance_scan",
        kwargs=lambda world: {"token": signing.dumps(world.own_meeting.pk, salt=SALT)},
        missing={"token": "falso"},
        open_to_all=True,
        **EVERYBODY,
    ),
    Row("courses:attendance_check_in", methods="GET POST", open_to_all=True, **LOGGED_IN),
    # An apology is the person's own.
    *(
        Row(
            name,
            kwargs=pk("own_meeting"),
            other=pk("other_meeting"),
            missing=MISSING,
            methods="POST",
            learner=YES,
        )
        for name in ("courses:attendance_excuse", "courses:attendance_excuse_withdraw")
    ),
    Row(
        "courses:completion_update",
        kwargs=pk("enrolment"),
        other=pk("other_enrolment"),
        missing=MISSING,
        methods="GET POST",
        coordinator=YES,
        anci=YES,
    ),
    Row(
        "courses:extra_time",
        kwargs=pk("enrolment"),
        other=pk("other_enrolment"),
        missing=MISSING,
        methods="GET POST",
        coordinator=YES,
        anci=YES,
    ),
    Row(
        "courses:enrolment_extend",
        kwargs=pk("enrolment"),
        other=pk("other_enrolment"),
        missing=MISSING,
        methods="GET POST",
        coordinator=YES,
        anci=YES,
    ),
]
