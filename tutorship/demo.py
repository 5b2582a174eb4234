"""Invented appointments of the demonstration: every list and every state has a believable row."""

from datetime import date, datetime, time, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from courses.models import CoursePage
from territory.models import Area, PublicBody
from tutorship.actions.booking import Ask, book_session
from tutorship.actions.cancelling import cancel_booking, cancel_session
from tutorship.actions.cases import write_in_case
from tutorship.actions.closing import close_session
from tutorship.actions.feeding import make_feed
from tutorship.actions.following import add_task
from tutorship.actions.planning import add_closure, add_coverage, add_patron_saint, save_availability
from tutorship.actions.rating import rate_session
from tutorship.actions.requests import answer_request, ask_for_session
from tutorship.actions.waiting import join_line
from tutorship.models import (
    AvailabilityException,
    AvailabilityRule,
    Booking,
    Case,
    Closure,
    Coverage,
    PatronSaint,
    Search,
    Service,
    Session,
    SessionRequest,
    Topic,
    TutorPreference,
    WaitingEntry,
)

FRIDAY = 4
BREMBANA = "valle-brembana-e-valtellina-di-morbegno"
COVERAGE = {
    "tutor_1": {
        "valchiavenna": ["appalti", "personale", "gestione-associata", "contabilita"],
        "val-trompia": ["appalti", "welfare"],
    },
    "tutor_2": {
        BREMBANA: ["appalti", "servizi-digitali", "progetti-europei"],
        "lomellina": ["rendicontazione-pnrr", "servizi-digitali", "pianificazione"],
    },
}
MORNING, AFTERNOON = (time(9), time(13)), (time(14), time(17))
HOURS = {
    "tutor_1": [*((day, MORNING) for day in range(5)), (1, AFTERNOON), (3, AFTERNOON)],
    "tutor_2": [*((day, AFTERNOON) for day in range(5)), (2, MORNING), (4, MORNING)],
}
TALK, SHORT, TOWN_HALL, GROUP = "colloquio-video", "domanda-breve", "incontro-municipio", "incontro-gruppo"
COMING = [  # person, tutor, area, topic, kind, days from now, question
    ("learner_1", "tutor_1", "valchiavenna", "appalti", TALK, 2, "Il servizio mensa scade a gennaio: posso prorogare?"),
    ("learner_5", "tutor_1", "valchiavenna", "personale", SHORT, 3, "Come si convenziona un geometra fra due Comuni?"),
    (
        "learner_6",
        "tutor_1",
        "val-trompia",
        "welfare",
        TALK,
        4,
        "L’ente capofila ha cambiato la scheda: che cosa rifare?",
    ),
    ("learner_3", "tutor_2", BREMBANA, "progetti-europei", TALK, 3, "Un partner si è ritirato prima della firma."),
    (
        "learner_9",
        "tutor_1",
        "valchiavenna",
        "contabilita",
        TOWN_HALL,
        9,
        "Il fondo vincolato non torna con il rendiconto.",
    ),
]
GROUP_PEOPLE = ["learner_3", "learner_7", "learner_11", "learner_4", "learner_8", "learner_12"]
HELD = [  # person, tutor, area, topic, days ago, question, minutes (None: absent), how it ended, outcome, what next
    (
        "learner_1", "tutor_1", "valchiavenna", "appalti", 16,
        "Affidamento diretto dello sgombero neve: bastano due preventivi?", 55, "follow_up",
        "Sotto soglia basta motivare la scelta. Concordato lo schema di determina e il controllo sulla rotazione.",
        "Inviare la bozza della determina",
    ),
    (
        "learner_4", "tutor_2", "lomellina", "rendicontazione-pnrr", 12,
        "In ReGiS manca il cronoprogramma aggiornato: da dove si parte?", 60, "solved",
        "Rivista la scheda progetto. Le date si allineano al contratto, poi si carica l’atto di approvazione.", "",
    ),
    ("learner_2", "tutor_1", "val-trompia", "appalti", 9, "Serve un parere per la variante?", None, "", "", ""),
]  # fmt: skip
TO_CLOSE = (
    "learner_5",
    "tutor_1",
    "valchiavenna",
    "gestione-associata",
    TALK,
    -3,
    "Chi firma gli atti in convenzione?",
)
CANCELLED_BY_TUTOR = (
    "learner_10",
    "tutor_1",
    "val-trompia",
    "appalti",
    TALK,
    6,
    "Come si sceglie il RUP in un’unione?",
)
CANCELLED_LATE = (
    "learner_8",
    "tutor_2",
    "lomellina",
    "pianificazione",
    TALK,
    -2,
    "La variante al PGT tocca il vincolo?",
)


@transaction.atomic
def seed(cast: dict[str, User], *, now: datetime) -> None:
    """Make everything once; what is there is left alone."""
    if Coverage.objects.filter(tutor=cast["tutor_1"]).exists():
        return
    for key, areas in COVERAGE.items():
        _plan_tutor(key, areas, cast, now=now - timedelta(days=60))
    for row in HELD:
        _hold(*row, cast=cast, now=now)
    _book(*TO_CLOSE, cast=cast, now=now)
    for row in COMING:
        _book(*row, cast=cast, now=now)
    _write_in_cases(cast, now=now)
    _fill_group(cast, now=now)
    _cancel(cast, now=now)
    _close_days(cast, now=now)
    _ask(cast, now=now)
    _rate(now=now)
    _wait(cast, now=now)
    make_feed(cast["learner_1"], now=now)


def _plan_tutor(key: str, areas: dict[str, list[str]], cast: dict[str, User], *, now: datetime) -> None:
    tutor = cast[key]
    for slug, topics in areas.items():
        for topic in Topic.objects.filter(slug__in=topics):
            add_coverage(tutor=tutor, area=Area.objects.get(slug=slug), topic=topic, actor=cast["anci"], now=now)
    for weekday, (opens_at, closes_at) in HOURS[key]:
        rule = AvailabilityRule(
            tutor=tutor, weekday=weekday, opens_at=opens_at, closes_at=closes_at, valid_from=timezone.localdate(now)
        )
        save_availability(rule, actor=tutor, now=now)
    room = TutorPreference(tutor=tutor, video_url=f"https://video.example.org/{tutor.last_name.lower()}")
    save_availability(room, actor=tutor, now=now)


def _book(person: str, tutor: str, area: str, topic: str, kind: str, days: int, question: str, *, cast, now) -> Booking:
    """Book the tutor's free time that is nearest to so many days from now, some days ahead of it."""
    wanted = now + timedelta(days=days)
    service, place = Service.objects.get(slug=kind), Area.objects.get(slug=area)
    booked_at = min(now - timedelta(days=2), wanted - timedelta(days=6))
    search = Search(cast[person], Topic.objects.get(slug=topic), service, booked_at)
    in_time = [offer for offer in search.offers(place) if offer.tutor == cast[tutor] and _is_on_side(offer, days, now)]
    offer = min(in_time, key=lambda offer: abs(offer.start - wanted))
    return book_session(
        search,
        Ask(cast[person].employments.order_by("pk").first(), question),
        tutor=cast[tutor],
        area=place,
        starts_at=offer.start,
    )


def _is_on_side(offer, days: int, now: datetime) -> bool:
    return offer.start > now if days > 0 else offer.end < now


def _hold(person, tutor, area, topic, days, question, minutes, kind, summary, to_do, *, cast, now) -> None:
    booking = _book(person, tutor, area, topic, TALK, -days, question, cast=cast, now=now)
    course = CoursePage.objects.filter(code="GOV-03").first() if minutes and topic == "appalti" else None
    close_session(
        booking.session,
        attended_minutes={booking.pk: minutes},
        kind=kind,
        summary=summary,
        needs_course=course,
        actor=cast[tutor],
        now=booking.session.ends_at,
    )
    if to_do:
        due_on = timezone.localdate(now) + timedelta(days=3)
        common = {"actor": cast[tutor], "now": booking.session.ends_at, "due_on": due_on}
        add_task(booking.session, owner=cast[person], text=to_do, **common)
        add_task(booking.session, owner=cast[tutor], text="Rileggere la bozza", **common)


def _write_in_cases(cast: dict[str, User], *, now: datetime) -> None:
    """A document before the appointment and the tutor's answer."""
    case = (
        Case.objects.current().filter(learner=cast["learner_1"], topic__slug="appalti").order_by("-opened_at").first()
    )
    draft = SimpleUploadedFile("bozza-determina-mensa.txt", b"Determina a contrarre: proroga del servizio mensa")
    write_in_case(case, text="Ecco la bozza su cui ragionare.", file=draft, author=case.learner, now=now)
    write_in_case(case, text="Ricevuta: ne parliamo all’appuntamento.", author=case.tutor, now=now)


def _fill_group(cast: dict[str, User], *, now: datetime) -> None:
    """A group in which every seat is taken: the first opens it, the others join."""
    first, *others = GROUP_PEOPLE
    row = ("tutor_2", BREMBANA, "servizi-digitali", GROUP, 5, "Da quali servizi si comincia con l’app IO?")
    opened = _book(first, *row, cast=cast, now=now).session
    for person in others:
        search = Search(cast[person], opened.topic, opened.service, now - timedelta(days=1))
        book_session(
            search,
            Ask(
                cast[person].employments.order_by("pk").first(),
                "Stesso argomento: avvisi di pagamento e scadenze in app IO.",
            ),
            tutor=opened.tutor,
            area=opened.area,
            starts_at=opened.starts_at,
        )


def _cancel(cast: dict[str, User], *, now: datetime) -> None:
    """An appointment that the tutor called off today, and one of these days that was called off too late."""
    booking = _book(*CANCELLED_BY_TUTOR, cast=cast, now=now)
    cancel_session(booking.session, actor=booking.session.tutor, reason="Convocazione in Prefettura", now=now)
    late = _book(*CANCELLED_LATE, cast=cast, now=now)
    three_hours_before = late.session.starts_at - timedelta(hours=3)
    cancel_booking(late, actor=late.learner, reason="Emergenza neve, ufficio chiuso", now=three_hours_before)


def _rate(*, now: datetime) -> None:
    """Most of who was there has said how it was."""
    words = {5: "Spiegazioni chiare, con un esempio del nostro Comune.", 3: "Utile, ma il tempo era poco."}
    held = Booking.objects.filter(attendance="attended", session__state="closed").for_display().order_by("pk")
    for number, booking in enumerate(held):
        stars = (5, 4, 5, 3)[number % 4]
        rate_session(booking, stars=stars, comment=words.get(stars, ""), actor=booking.learner, now=now)


def _wait(cast: dict[str, User], *, now: datetime) -> None:
    """Somebody waits for a seat in the full group."""
    group = Session.objects.scheduled().filter(service__slug=GROUP, starts_at__gt=now).order_by("starts_at").first()
    coming = {row.learner for row in group.bookings.active().select_related("learner")}
    person = next(cast[f"learner_{n}"] for n in (8, 10, 12, 1) if cast[f"learner_{n}"] not in coming)
    entry = WaitingEntry(
        learner=person,
        employment=person.employments.order_by("pk").first(),
        area=group.area,
        topic=group.topic,
        service=group.service,
        group=group,
        question="Interessa anche il nostro ufficio anagrafe: da dove si comincia?",
    )
    join_line(entry, now=now)


def _working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend: offices are closed on Sundays anyway."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > FRIDAY else day


def _close_days(cast: dict[str, User], *, now: datetime) -> None:
    today = timezone.localdate(now)
    leave = AvailabilityException(tutor=cast["tutor_1"], on=_working_day(today + timedelta(days=15)), kind="closes")
    save_availability(leave, actor=cast["tutor_1"], now=now)
    area = Area.objects.get(slug="valchiavenna")
    break_on = _working_day(today + timedelta(days=24))
    closure = Closure(area=area, first_on=break_on, last_on=break_on, reason="Chiusura degli uffici")
    add_closure(closure, actor=cast["anci"], now=now)
    hosts = PublicBody.objects.current().filter(name="Chiavenna", area=area)
    for body in hosts:
        saint = PatronSaint(body=body, name="San Lorenzo", day=10, month=8)
        add_patron_saint(saint, actor=cast["anci"], now=now)


def _ask(cast: dict[str, User], *, now: datetime) -> None:
    """A request that waits, and one that was answered in words."""
    two_days_ago = now - timedelta(days=2)
    _request("learner_5", "valchiavenna", "pianificazione", "Variante al PGT per la cabina elettrica.", cast, now=now)
    answered = _request(
        "learner_6", "val-trompia", "progetti-europei", "Serve una mano sul quadro logico.", cast, now=two_days_ago
    )
    text = "In valle nessuno segue ancora i progetti europei: in video risponde il tutor della Valle Brembana."
    answer_request(answered, answer=text, actor=cast["anci"], now=now)


def _request(person: str, area: str, topic: str, question: str, cast, *, now: datetime) -> SessionRequest:
    request = SessionRequest(
        learner=cast[person],
        employment=cast[person].employments.order_by("pk").first(),
        area=Area.objects.get(slug=area),
        topic=Topic.objects.get(slug=topic),
        service=Service.objects.get(slug=TALK),
        question=question,
    )
    first = timezone.localdate(now) + timedelta(days=6)
    windows = [(first, "morning"), (first + timedelta(days=1), "all_day")]
    return ask_for_session(request, windows=windows, now=now)
