"""Doors beside the addresses of the gate: what happens in area B shows nowhere in area A, whichever way one looks."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.models import Employment, RoleAssignment, User
from courses.models import CoursePage
from journal.models import OutgoingMail
from reports.actions import ask_calls, freeze_figures, send_monthly_reports
from reports.actions.losing import tell_of_lost_themes
from reports.models.listing import LISTINGS
from reports.models.period import Period
from territory.models import Indicator, IndicatorValue
from tests.factories import BodyFactory, EditionFactory, EnrolmentFactory, UserFactory, employee, with_role
from tests.matrix import world as the_world
from tests.matrix.row import NO, YES
from tests.matrix.test_gate import Answer
from tutorship.actions.cases import escalate_case
from tutorship.actions.requests import ask_for_session
from tutorship.models import SessionRequest

PEOPLE_OF_A = ("coordinator", "referent", "tutor")
# The parameters that name something, and what they would be for area B.
PARAMETERS = {
    "area": lambda world: world.area_b.slug,
    "ente": lambda world: world.body_b.pk,
    "body": lambda world: world.body_b.pk,
    "persona": lambda world: world.outsider.pk,
    "iscrizione": lambda world: world.outsider.enrolments.first().pk,
    "tutor": lambda world: world.other_tutor.pk,
    "q": lambda world: world.outsider.email,
}


TOLD = {
    *("tutorship.case_escalated", "tutorship.request_to_answer", "reports.theme_lost", "reports.calls_asked"),
    "reports.monthly",
}


@pytest.fixture
def world(cast, db):
    return the_world.build(cast)


def cast_of_b(world) -> SimpleNamespace:
    """The people of the cast once more, all of them in two more bodies of area B."""
    area = world.area_b
    body, other = (BodyFactory(area=area) for _number in range(2))
    people = {name: employee(body, last_name="CANARY_B") for name in ("learner", "colleague", "neighbour")}
    people |= {
        "outsider": employee(other, last_name="CANARY_B"),
        "tutor": with_role(employee(body, last_name="CANARY_B"), "tutor", area=area),
        "other_tutor": with_role(employee(other, last_name="CANARY_B"), "tutor", area=area),
        "referent": with_role(employee(body, last_name="CANARY_B"), "referent", body=body),
        "coordinator": with_role(UserFactory(last_name="CANARY_B"), "coordinator", area=area),
    }
    places = {"area_a": area, "body_a": body, "body_a2": body, "body_b": other}
    taken = {"enrolment": EnrolmentFactory(edition=world.edition, user=people["learner"])}
    return SimpleNamespace(**vars(world) | people | places | taken)


def happen_in_b(world) -> None:
    """All that the matrix knows happens a second time, in area B only.

    But for the indicators: their index compares every area with the others, from values that the public pages show.
    """
    twins, indicators = cast_of_b(world), list(Indicator.objects.values_list("pk", flat=True))
    for part in the_world.PARTS.values():
        if hasattr(part, "world"):
            part.world(twins)
    IndicatorValue.objects.exclude(indicator__in=indicators).delete()
    Indicator.objects.exclude(pk__in=indicators).delete()


def addresses(person: str, world, *, only_lists: bool = False) -> list[str]:
    """Every page and file that this person may open, with its objects of area A; or only the coordination's lists."""
    rows = [row for row in the_world.ROWS if row.expected(person) == YES and "GET" in row.methods and row.anon != YES]
    paths = [the_world.address(row, row.kwargs(world)) for row in rows if not (only_lists and row.other)]
    if person != "tutor":
        paths += [f"/coordinamento/elenchi/{slug}/{part}" for slug in LISTINGS for part in ("", "esporta/")]
    paths += [f"{path}?formato=xlsx" for path in paths if path.endswith("esporta/")]
    return [path for path in paths if not only_lists or path.startswith("/coordinamento/")]


def texts(person: str, world, client_for, courses: list[int]) -> dict[str, str]:
    """What stands on each; a later course, which everybody may know of, is taken out of the choices."""
    client = client_for(getattr(world, person))
    later = "|".join(map(str, CoursePage.objects.exclude(pk__in=courses).values_list("pk", flat=True)))
    choice = re.compile(rf'\s*<option value="({later or "-"})">[^<]*</option>')
    found = {path: Answer(client, "GET", path, {}).text for path in addresses(person, world)}
    return {path: choice.sub("", text) for path, text in found.items()}


@pytest.mark.parametrize("person", PEOPLE_OF_A)
def test_nothing_that_happens_in_b_changes_a_byte_in_a(person, world, client_for):
    courses = list(CoursePage.objects.values_list("pk", flat=True))
    before = texts(person, world, client_for, courses)

    happen_in_b(world)

    after = texts(person, world, client_for, courses)
    assert [path for path in before if before[path] != after[path]] == []
    assert len(before) > 25


@pytest.mark.parametrize("person", ["coordinator", "referent"])
def test_no_parameter_opens_what_is_of_b(person, world, client_for):
    client, shown = client_for(getattr(world, person)), []
    for path in addresses(person, world, only_lists=True):
        for name, value in PARAMETERS.items():
            address = f"{path}{'&' if '?' in path else '?'}{name}={value(world)}"
            answer = Answer(client, "GET", address, {})
            if answer.has_canary or answer.response.status_code >= 500:
                shown.append(f"{answer.response.status_code} {address}")

    assert shown == []


def test_frozen_and_scheduled_figures_do_not_move_with_b(world):
    happen_in_b(world)
    period = Period(world.now.year, world.now.date())
    mail = OutgoingMail.objects.filter(kind="reports.monthly", recipient=world.coordinator.email)
    told = mail.get().text
    mail.delete()

    again = freeze_figures(title="Ancora", period=period, areas=[], actor=world.coordinator, now=world.now)
    send_monthly_reports(now=world.now + timedelta(days=9))

    assert again.figures == world.snapshot.figures
    assert mail.get().text == told


def test_what_happens_in_b_writes_no_mail_to_anybody_of_a(world):
    """The kinds that tell coordinators, referents and tutors about others, each of them caused in area B."""
    known, now = list(OutgoingMail.objects.values_list("pk", flat=True)), world.now
    happen_in_b(world)
    escalate_case(world.other_case, reason="Serve una decisione", actor=world.other_tutor, now=now)
    calls = {"tutor": world.other_tutor, "due_on": now.date(), "note": "Ferma da settimane"}
    still_open = EnrolmentFactory(user=world.outsider, edition=EditionFactory())
    ask_calls([still_open], actor=world.other_coordinator, now=now, **calls)
    wish = SessionRequest(learner=world.outsider, employment=world.outsider.employments.get(), area=world.area_b)
    wish.topic, wish.service, wish.question = world.other_request.topic, world.other_request.service, "Serve un parere"
    SessionRequest.objects.all().delete()
    ask_for_session(wish, windows=[((now + timedelta(days=9)).date(), "morning")], now=now)
    employments = Employment.objects.filter(body=world.body_b)
    employments.update(ended_on=now.date())
    tell_of_lost_themes(employments, now=now)

    mails = OutgoingMail.objects.exclude(pk__in=known)
    of_a = {getattr(world, name).email for name in (*PEOPLE_OF_A, "learner", "colleague", "neighbour")}
    assert of_a & set(mails.values_list("recipient", flat=True)) == set()
    assert set(mails.values_list("kind", flat=True)) >= TOLD


def test_no_file_outlives_the_reach_it_was_made_for(world, client_for):
    """Whoever coordinated A coordinates B from now on: what was made for A is closed."""
    names = ("certificates:archive_download", "reports:export_download", "reports:snapshot_export")
    paths = [the_world.address(row, row.kwargs(world)) for row in the_world.ROWS if row.name in names]
    assert [outcome(world.coordinator, path, client_for) for path in paths] == [YES] * len(names)

    RoleAssignment.objects.filter(user=world.coordinator).update(area=world.area_b)

    moved = User.objects.get(pk=world.coordinator.pk)
    assert [outcome(moved, path, client_for) for path in paths] == [NO] * len(names)


def outcome(person: User, path: str, client_for) -> str:
    return Answer(client_for(person), "GET", path, {}).outcome
