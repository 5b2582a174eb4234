"""Believable enrolments for the demo: every state that a list can show has somebody in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import holidays
from django.utils import timezone

from accounts.actions import confirm_employment, sign_up
from accounts.models import Employment, User
from courses import gift
from courses.actions import (
    add_live_session,
    enrol,
    excuse,
    leave,
    record_reading,
    record_watching,
    refuse_request,
    renew_invitation,
    request_seat,
    save_answers,
    save_edition,
    save_register,
    start_attempt,
    submit_attempt,
    write_margin,
)
from courses.actions.questions import store_question
from courses.models import (
    CatalogueIndexPage,
    CoursePage,
    Edition,
    Enrolment,
    LessonPage,
    LiveSession,
    LiveStepPage,
    Prerequisite,
    QuizPage,
    QuizQuestion,
    Recording,
    SeatRequest,
    Step,
)
from courses.presence import Stay
from territory.models import Area, Objective, Pillar, PublicBody

FULL = 99  # more steps than any course has: to the end
PLAN = [  # (person, course, days since the enrolment, steps done, days until it is due)
    ("learner_1", "GOV-03", 20, 3, 12),
    ("learner_1", "CIT-02", 60, FULL, None),
    ("learner_2", "GOV-03", 45, FULL, None),
    ("learner_2", "CON-03", 12, 1, 5),
    ("learner_3", "CON-02", 70, 2, -9),  # late
    ("learner_3", "CIT-02", 38, FULL, None),
    ("learner_4", "CON-03", 33, FULL, None),
    ("learner_4", "GOV-03", 3, 0, 40),
    ("learner_5", "GOV-03", 50, 4, -2),  # late
    ("learner_6", "CON-03", 80, FULL, None),
    ("learner_7", "GOV-03", 47, FULL, None),
    ("learner_7", "CON-02", 6, 1, 30),
    ("learner_8", "CON-03", 41, FULL, None),
    ("learner_9", "CON-03", 52, FULL, None),
    ("learner_9", "CIT-02", 9, 2, 21),
    ("learner_10", "GOV-03", 30, 5, 18),
    ("learner_12", "CON-03", 18, 2, None),
    ("learner_13", "CON-03", 57, FULL, None),
    ("learner_13", "GOV-03", 14, 2, 20),
    ("learner_14", "CIT-02", 43, 3, -4),  # late
    ("referent", "GOV-03", 35, FULL, None),
    ("learner_6", "CON-02", 25, FULL, None),
    ("learner_6", "CIT-03", 4, 0, 25),
    ("learner_8", "CIT-03", 3, 0, None),
]

TRAINING = Path(__file__).parent / "data" / "training_quiz.gift"
GROUP = 32
FRIDAY = 4
FIRST_NAMES = ["Agnese", "Bruno", "Carla", "Dario", "Emma", "Franco", "Gemma", "Ivan"]
LAST_NAMES = ["Brusatini", "Corvallini", "Molinelli", "Pradelloni"]


def seed(cast: dict[str, User], *, now: datetime) -> None:
    """Make the demo's enrolments, attempts and dated editions; does nothing when they are there."""
    if Enrolment.objects.filter(user__in=cast.values()).exists():
        return
    for person, course, days_ago, steps, due_in in sorted(PLAN, key=lambda row: -row[2]):  # numbers follow time
        if person in cast:
            _take(cast[person], course, started=now - timedelta(days=days_ago), steps=steps, now=now, due_in=due_in)
    _half_a_video(cast, now=now)
    _dated_editions(cast, now=now)
    _seats(cast, now=now)
    _doors(cast, now=now)
    _workshops(cast, now=now)
    training = _training_quiz(Edition.objects.get(course__code="GOV-03", is_self_paced=True), cast, now=now)
    _open_answer(cast["learner_5"], training, now=now)
    _group(cast["anci"], now=now)


def _training_quiz(edition: Edition, cast: dict[str, User], *, now: datetime) -> QuizPage:
    """A question of every type, before the final quiz and beside the completion; a tutor for the open one."""
    source = TRAINING.read_text()
    facts = gift.facts(source)
    quiz = QuizPage(
        title=facts["title"],
        slug="palestra",
        summary="Una domanda per ogni tipo, senza fretta.",
        introduction=f"<p>{facts['intro']}</p>",
        minutes=int(facts["minutes"]),
        pass_mark_percent=int(facts["pass_mark"]),
        is_required=False,
        is_one_at_a_time=True,
    )
    quiz.quiz_questions = [
        QuizQuestion(question=store_question(question, code=question.code), sort_order=number)
        for number, question in enumerate(gift.parse(source))
    ]
    QuizPage.objects.child_of(edition.course).last().add_sibling("left", instance=quiz)
    quiz.save_revision().publish()
    save_edition(edition, areas=[], tutors=[cast["tutor_1"]], actor=cast["anci"], now=now)
    return quiz


def _open_answer(user: User, quiz: QuizPage, *, now: datetime) -> None:
    """An attempt that waits for its tutor."""
    enrolment = user.enrolments.open().get(edition__course=quiz.get_parent())
    attempt = start_attempt(enrolment, quiz, now=now - timedelta(hours=20))
    text = "Fra i due preventivi questo costa il 12 per cento in meno e la garanzia è uguale."
    answers = {question["id"]: text for question in attempt.paper if question["kind"] == "open"}
    submit_attempt(attempt, answers, now=now - timedelta(hours=19))


def _group(anci: User, *, now: datetime) -> None:
    """A group that sat the final quiz of one course: enough first attempts for the analysis of its questions."""
    edition = Edition.objects.get(course__code="CON-03", is_self_paced=True)
    quiz = QuizPage.objects.child_of(edition.course).get()
    towns = list(PublicBody.objects.municipalities().in_areas().order_by("name")[:GROUP])
    for number, body in enumerate(towns):
        started = now - timedelta(days=40 - number)
        names = {"first_name": FIRST_NAMES[number % 8], "last_name": LAST_NAMES[number // 8]}
        email = f"{names['first_name']}.{names['last_name']}@example.org".lower()
        user = sign_up(email=email, password=None, body=body, job_title="Istruttore", now=started, **names)
        User.objects.filter(pk=user.pk).update(is_demo=True)
        employment = user.employments.get()
        confirm_employment(employment, actor=anci, now=started)
        enrolment = enrol(edition, user=user, employment=employment, now=started)
        attempt = start_attempt(enrolment, quiz, now=started)
        submit_attempt(attempt, _tried(attempt.paper, number), now=started + timedelta(minutes=17))


def _tried(paper: list[dict], person: int) -> dict[int, list[int]]:
    """What somebody of this ability answers: the higher the number, the more of the hard questions are right."""
    answers = {}
    for question in paper:
        hard, luck = question["id"] * 7 % 30, (person * 37 + question["id"] * 101) % 23
        wrong = [choice["id"] for choice in question["choices"] if choice["share_percent"] <= 0]
        answers[question["id"]] = _right(question) if person + luck > hard else [wrong[(person + hard) % len(wrong)]]
    return answers


def _half_a_video(cast: dict[str, User], *, now: datetime) -> None:
    """Somebody has stopped in the middle of a video, with a note beside it; two have said whether the lesson helped."""
    recording = Recording.objects.get(course__code="CIT-03")
    lesson = LessonPage.objects.child_of(recording.course).first()
    for person, is_useful in (("learner_6", True), ("learner_8", False)):
        enrolment = Enrolment.objects.filter(edition__course=recording.course, user=cast.get(person)).first()
        if enrolment is None:
            continue
        opened = now - timedelta(days=2, minutes=6)
        record_watching(
            user=enrolment.user,
            enrolment_id=enrolment.pk,
            step_id=lesson.pk,
            recording_id=recording.pk,
            opened_at=opened,
            spans=[(0, 27)],
            rate=1,
            position_seconds=27,
            placed_at=opened + timedelta(minutes=2),
            now=opened + timedelta(minutes=2),
        )
        note = "Rivedere l’avviso della mensa: la scadenza è in fondo."
        write_margin(user=enrolment.user, step=lesson, note=note, is_bookmarked=True, is_useful=is_useful, now=opened)


def _take(user: User, code: str, *, started: datetime, steps: int, now: datetime, due_in: int | None) -> None:
    edition = Edition.objects.select_related("course").get(course__code=code, is_self_paced=True)
    employment = Employment.objects.of(user, on=timezone.localdate(started)).first()
    if employment is None:
        return
    due_on = timezone.localdate(now) + timedelta(days=due_in) if due_in is not None else None
    enrolment = enrol(edition, user=user, employment=employment, now=started, due_on=due_on)
    moment = started
    for step in list(Step.objects.outline(edition.course))[:steps]:
        moment += timedelta(days=2, minutes=step.minutes)
        if step.kind == Step.Kind.LESSON:
            record_reading(enrolment, step, opened_at=moment - timedelta(minutes=step.minutes), now=moment)
        else:
            _sit(enrolment, QuizPage.objects.get(pk=step.pk), moment)


def _sit(enrolment: Enrolment, quiz: QuizPage, moment: datetime) -> None:
    """A first attempt that fails, a second one that passes with one mistake."""
    for mistakes in (5, 1):
        attempt = start_attempt(enrolment, quiz, now=moment)
        answers = {question["id"]: _right(question) for question in attempt.paper}
        for question in attempt.paper[:mistakes]:
            answers[question["id"]] = [c["id"] for c in question["choices"] if c["share_percent"] <= 0][:1]
        save_answers(attempt, answers, now=moment)
        submit_attempt(attempt, answers, now=moment + timedelta(minutes=18))
        moment += timedelta(hours=3)


def _right(question: dict) -> list[int]:
    return [choice["id"] for choice in question["choices"] if choice["share_percent"] > 0]


def _dated_editions(cast: dict[str, User], *, now: datetime) -> None:
    """Three guided editions with a live session each: this week's is full."""
    today = timezone.localdate(now)
    for code, title, slug, days, capacity, place in [
        (
            "CON-02",
            "Una convenzione per la valle: laboratorio sui propri atti",
            "valchiavenna",
            8,
            2,
            "Chiavenna, sala della Comunità montana",
        ),
        ("CIT-02", "Coprogettazione: leggere insieme un avviso", "val-trompia", 15, 20, ""),
        ("CON-02", "Convenzioni: la prova sui numeri del proprio Comune", "lomellina", 22, 15, "Mortara, municipio"),
        ("IMP-01", "SUAP e SUE: tre pratiche vere", "valchiavenna", 18, 12, "Chiavenna, sala della Comunità montana"),
    ]:
        edition = Edition(
            course=CoursePage.objects.get(code=code),
            code=f"{code.lower()}-{slug}-{today:%Y%m}",
            title=title,
            starts_on=today,
            ends_on=today + timedelta(days=days + 14),
            capacity=capacity,
            place=place,
        )
        area = Area.objects.get(slug=slug)
        save_edition(edition, areas=[area], tutors=[], actor=cast["anci"], now=now)
        start = timezone.localtime(now).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=days)
        for week in range(2 if code == "IMP-01" else 1):
            begins = _working_day(start + timedelta(weeks=week))
            session = LiveSession(edition=edition, starts_at=begins, ends_at=begins + timedelta(hours=2), place=place)
            add_live_session(session, actor=cast["anci"], now=now)
        _fill(edition, cast, area, wanted=capacity + 1 if capacity < 5 else 3, now=now)


def _working_day(moment: datetime) -> datetime:
    """The same hour of the first day from then on that is neither at a weekend nor a public holiday."""
    closed = holidays.country_holidays("IT")
    while moment.weekday() > FRIDAY or moment.date() in closed:
        moment += timedelta(days=1)
    return moment


def _fill(edition: Edition, cast: dict[str, User], area: Area, *, wanted: int, now: datetime) -> None:
    """Let so many people ask for a seat: whoever is one too many waits."""
    staff = (
        Employment.objects.confirmed()
        .current(on=timezone.localdate(now))
        .filter(body__area=area, user__in=cast.values())
        .exclude(user__enrolments__edition__course=edition.course)
    )
    one_each = {employment.user_id: employment for employment in staff.select_related("user").order_by("-pk")}
    for employment in sorted(one_each.values(), key=lambda employment: employment.pk)[:wanted]:
        request_seat(edition, user=employment.user, employment=employment, now=now)


def _seats(cast: dict[str, User], *, now: datetime) -> None:
    """A full webinar with a seat on offer and two who wait; a workshop whose requests wait for the coordination."""
    webinar = _edition(cast, "CON-03", "Lettura guidata in videoconferenza", capacity=2, offer_hours=48, now=now)
    seated, *_others = (
        _request(webinar, cast[person], now=now)
        for person in ("learner_5", "learner_1", "learner_7", "learner_10", "learner_11")
    )
    leave(seated, actor=seated.user, reason="Impegno in ufficio", now=now)
    approval = {"admission": Edition.Admission.APPROVAL, "minimum": 5}
    workshop = _edition(cast, "GOV-03", "Laboratorio sugli atti del proprio ufficio", capacity=12, now=now, **approval)
    for person in ("learner_8", "learner_12", "learner_6"):
        _request(workshop, cast[person], now=now)
    refused = _request(workshop, cast["learner_13"], now=now - timedelta(days=1))
    reason = "Il laboratorio è pensato per chi ha già concluso il corso di base: la prossima edizione è a marzo."
    refuse_request(refused, actor=cast["anci"], reason=reason, now=now)


def _doors(cast: dict[str, User], *, now: datetime) -> None:
    """A course that another one opens, an edition for one body, and one that opens with a link."""
    advanced = CoursePage.objects.get(code="IMP-01")
    advanced.prerequisites = [Prerequisite(course=CoursePage.objects.get(code="CON-03"))]
    advanced.save_revision().publish()
    body = cast["referent"].employments.first().body
    own = _edition(cast, "CIT-03", f"Scrivere chiaro: per gli uffici di {body.name}", bodies=[body], now=now)
    _request(own, cast["referent"], now=now)
    by_link = _edition(
        cast, "CIT-02", "Coprogettazione: con chi ha scritto l’avviso", admission=Edition.Admission.INVITATION, now=now
    )
    renew_invitation(by_link, until=timezone.localdate(now) + timedelta(days=15), actor=cast["anci"], now=now)


def _edition(
    cast: dict[str, User], course: str, title: str, *, bodies: Sequence[PublicBody] = (), now: datetime, **facts
) -> Edition:
    first = _working_day(timezone.localtime(now) + timedelta(days=20)).date()
    edition = Edition(
        course=CoursePage.objects.get(code=course),
        code=f"{course.lower()}-{first:%Y%m%d}",
        title=title,
        starts_on=first,
        ends_on=first + timedelta(days=14),
        **facts,
    )
    return save_edition(edition, areas=[], bodies=bodies, tutors=[], actor=cast["anci"], now=now)


def _request(edition: Edition, user: User, *, now: datetime) -> Enrolment | SeatRequest:
    employment = Employment.objects.of(user, on=timezone.localdate(now)).first()
    return request_seat(edition, user=user, employment=employment, now=now)


WORKSHOP = "LAB-01"
WORKSHOP_HOURS = timedelta(hours=3)


def _workshops(cast: dict[str, User], *, now: datetime) -> None:
    """The 28 strategic workshops: one course, an edition for each of the 14 areas, two meetings each."""
    course, today = _workshop_course(), timezone.localdate(now)
    morning = timezone.localtime(now).replace(hour=9, minute=30, second=0, microsecond=0)
    for number, area in enumerate(Area.objects.order_by("number")):
        # three have been held once, eleven begin in the coming weeks
        first = _working_day(morning + timedelta(days=7 * number - 21))
        edition = Edition(
            course=course,
            code=f"{WORKSHOP.lower()}-area-{area.number:02}",
            title=f"Laboratorio strategico: {area.name}",
            starts_on=timezone.localdate(first),
            ends_on=timezone.localdate(first + timedelta(days=35)),
            enrol_until=max(today, timezone.localdate(first)),
            capacity=30,
            place=f"{area.name}, sala della comunità" if number % 2 else "",
        )
        save_edition(edition, areas=[area], tutors=[], actor=cast["anci"], now=now)
        for title, start in (("Leggere il territorio", first), ("Scegliere le azioni", first + timedelta(days=28))):
            begins = _working_day(start)
            meeting = LiveSession(edition=edition, title=title, starts_at=begins, ends_at=begins + WORKSHOP_HOURS)
            add_live_session(meeting, actor=cast["anci"], now=now)
        _fill(edition, cast, area, wanted=6, now=now)
        _attend(edition, cast["anci"], now=now)


def _workshop_course() -> CoursePage:
    course = CoursePage(
        title="Laboratorio strategico d’area",
        slug="laboratorio-strategico",
        code=WORKSHOP,
        summary="Scegliere insieme agli altri Comuni le azioni della strategia d’area",
        search_description="Due incontri in ogni area interna per leggere il territorio e scegliere le azioni.",
        pillar=Pillar.objects.first(),
        objective=Objective.objects.first(),
        theme=CoursePage.Theme.VALUES,
        modality=CoursePage.Modality.WORKSHOP,
        planned_hours=6,
        audience="Segretari, responsabili di servizio, amministratori",
        is_in_preparation=False,
    )
    CatalogueIndexPage.objects.get().add_child(instance=course)
    step = LiveStepPage(
        title="I due incontri",
        slug="incontri",
        summary="Leggere il territorio, scegliere le azioni",
        introduction="<p>Portare i dati del proprio Comune: personale, servizi associati, opere in corso.</p>",
        minutes=360,
    )
    course.add_child(instance=step)
    step.save_revision().publish()
    course.save_revision().publish()
    return course


def _attend(edition: Edition, actor: User, *, now: datetime) -> None:
    """The register of a meeting that was held: one came late, one did not come; an apology for the coming one."""
    people = list(edition.enrolments.order_by("pk"))
    for meeting in edition.live_sessions.all():
        if people and meeting.is_over(now=now):
            stays: dict[int, Stay | None] = {person.pk: meeting.whole() for person in people}
            stays[people[0].pk] = Stay(meeting.starts_at + timedelta(minutes=25), meeting.ends_at)
            if len(people) > 2:
                stays[people[-1].pk] = None
            save_register(meeting, stays, actor=actor, now=now)
        elif people and meeting.starts_at > now:
            excuse(meeting, people[-1], reason="Consiglio comunale", actor=people[-1].user, now=now)
