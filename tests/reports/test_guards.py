"""The summary rows follow every fact in its own transaction, however it is written."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from time import sleep
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Employment
from certificates.models import Certificate, TrainingRecord
from courses.models import Enrolment
from reports import guards
from reports.actions import differences, fold_summary, recount
from reports.models import BodySpan, PersonSpan, summary
from reports.models.period import Period
from tests.factories import EditionFactory, EmploymentFactory, EnrolmentFactory, employee
from tests.races import race
from tests.reports.factories import CertificateFactory, CourseRecordFactory

TODAY = date(2026, 11, 23)
NEW_YEAR = datetime(2025, 12, 31, 23, tzinfo=UTC)  # midnight in Rome


def of_2026(body) -> SimpleNamespace:
    return in_month(body, 0)


def in_month(body, month: int, *, year: int = 2026) -> SimpleNamespace:
    parts = BodySpan.objects.filter(body_id=body.pk, span_id=year * 100 + month)
    return SimpleNamespace(**parts.aggregate(**{name: Sum(name, default=0) for name in guards.SUMS}))


def enrol(person, edition, at, **facts):
    return EnrolmentFactory(user=person, edition=edition, enrolled_at=at, last_activity_at=at, **facts)


def test_midnight_is_the_one_of_rome(learner, colleague, edition, body_a):
    enrol(learner, edition, NEW_YEAR)
    enrol(colleague, edition, NEW_YEAR - timedelta(seconds=1))

    assert of_2026(body_a).people == 1
    assert in_month(body_a, 1).new_people == 1
    assert in_month(body_a, 12, year=2025).people == 1


def test_the_clock_change_moves_no_month(learner, edition, body_a):
    """31 March, 23.30 in Rome is 21.30 in Greenwich; half past midnight on 1 April is 22.30."""
    enrol(
        learner,
        edition,
        datetime(2026, 3, 31, 21, 30, tzinfo=UTC),
        completed_at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC),
    )

    assert (in_month(body_a, 3).people, in_month(body_a, 3).completed) == (1, 0)
    assert (in_month(body_a, 4).people, in_month(body_a, 4).completed) == (1, 1)
    assert (in_month(body_a, 3).new_people, in_month(body_a, 4).new_people) == (1, 0)


def test_a_person_counts_once_however_many_courses(learner, course, edition, body_a, now):
    enrol(learner, edition, now, completed_at=now)
    enrol(learner, edition, now)

    assert (of_2026(body_a).people, of_2026(body_a).completed) == (1, 1)


@pytest.fixture
def places(learner, body_a2, outsider):
    """Three employments of two people, one of which is not confirmed, and one of a body outside the areas."""
    waiting = EmploymentFactory(user=learner, body=body_a2, confirmed_at=None)
    body_a2.area = None
    body_a2.save()
    return [learner.employments.exclude(pk=waiting.pk).get(), waiting, outsider.employments.get()]


def numbers_of(rows, *, by: tuple[str, ...]) -> list[dict]:
    """The rows that say something, in an order of their own, and nothing of how they came to be."""
    found = [
        {name: value for name, value in row.items() if name not in ("id", "touched")}
        for row in rows.order_by(*by).values()
    ]
    return [row for row in found if any(row.get(name) for name in guards.SUMS)]


def summary_rows() -> tuple[list[dict], list[dict]]:
    place = ("span_id", "area_id", "body_id")
    return numbers_of(BodySpan.objects, by=place), numbers_of(PersonSpan.objects, by=(*place, "user_id"))


def happen(step, places, place, at, edition):
    """Write a fact, or change facts without a word to any model, as a bulk update does."""
    employment, other = places[place], places[(place + 1) % 3].body
    ours = Enrolment.objects.filter(employment=employment)
    lines = TrainingRecord.objects.filter(employment=employment)
    done = ours.completed().filter(certificates=None, training_record=None).first()
    if step == "enrol" and not ours.open().exists():
        facts = {"employment": employment, "enrolled_at": at, "last_activity_at": at}
        EnrolmentFactory(user=employment.user, edition=edition, **facts)
    elif step == "certify" and done:
        CertificateFactory(enrolment=done, register__year=2026, created_at=at)
        CourseRecordFactory(enrolment=done, minutes=2_000, earned_on=at.date())
    elif step == "move":
        ours.update(body=other, area=other.area)
        lines.update(body=other, area=other.area)
    elif step in CHANGES:
        CHANGES[step](employment, ours, lines, at)


def confirm(employment, ours, lines, at):
    is_waiting = not Employment.objects.get(pk=employment.pk).is_confirmed
    Employment.objects.filter(pk=employment.pk).update(confirmed_at=at if is_waiting else None)


def revoke(employment, ours, lines, at):
    found = Certificate.objects.filter(enrolment__in=ours)
    found.update(state="revoked", revoked_at=at, revoke_reason="Errore")


CHANGES = {
    "go_on": lambda job, ours, lines, at: ours.update(last_activity_at=F("enrolled_at") + timedelta(days=1)),
    "complete": lambda job, ours, lines, at: ours.open().update(completed_at=at),
    "leave": lambda job, ours, lines, at: ours.open().update(left_at=at),
    "withdraw": lambda job, ours, lines, at: lines.delete(),
    "delete": lambda job, ours, lines, at: ours.filter(certificates=None, training_record=None).delete(),
    "confirm": confirm,
    "revoke": revoke,
}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["enrol", "complete", "certify", "move", *CHANGES]),
        st.integers(0, 2),
        st.dates(date(2025, 10, 1), TODAY),
    ),
    min_size=1,
    max_size=10,
)


@given(steps=STEPS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_summary_agrees_with_the_facts(steps, places, edition):
    with transaction.atomic():
        for step, place, day in steps:
            happen(step, places, place, datetime(day.year, day.month, day.day, 11, tzinfo=UTC), edition)
            assert list(differences(today=TODAY)) == []
        fold_summary()
        kept_by_triggers = summary_rows()
        recount()
        assert summary_rows() == kept_by_triggers
        for _step, place, _day in steps:
            happen("confirm", places, place, datetime(2026, 11, 23, 11, tzinfo=UTC), edition)
            assert list(differences(today=TODAY)) == [], "a row that was counted at once does not follow its person"
        transaction.set_rollback(True)


def test_the_command_finds_a_wrong_number_and_mends_it(learner, edition, body_a, now, capsys):
    enrol(learner, edition, now)
    call_command("check_figures")
    BodySpan.objects.filter(span_id=202600, body_id=body_a.pk).update(people=7)

    with pytest.raises(CommandError, match="2 numbers differ"):
        call_command("check_figures")
    assert "people: 7 in the summary, 1 in the facts" in capsys.readouterr().err
    call_command("check_figures", rebuild=True)
    assert of_2026(body_a).people == 1


def test_a_migration_takes_the_triggers_away_and_counts_afterwards(learner, edition, body_a, now):
    guards.remove(connection)
    enrol(learner, edition, now)
    assert not PersonSpan.objects.exists()

    call_command("migrate", "reports", verbosity=0)

    assert of_2026(body_a).people == 1
    with connection.cursor() as cursor:
        assert guards.installed(connection, cursor) == {trigger.full_name for trigger in guards.TRIGGERS}


def test_a_trigger_of_an_older_release_is_replaced_and_everything_counted(learner, edition, body_a, now, monkeypatch):
    wanted = guards.TRIGGERS
    older = [replace(trigger, statements=("SELECT 1" if is_sqlite() else "PERFORM 1",)) for trigger in wanted]
    guards.remove(connection)
    monkeypatch.setattr(guards, "TRIGGERS", older)
    guards.install(connection)
    enrol(learner, edition, now)
    monkeypatch.setattr(guards, "TRIGGERS", wanted)

    call_command("migrate", "reports", verbosity=0)

    assert of_2026(body_a).people == 1
    with connection.cursor() as cursor:
        assert guards.installed(connection, cursor) == {trigger.full_name for trigger in wanted}


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def test_an_index_that_was_lost_is_put_back_and_one_of_an_older_release_goes(db):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {next(iter(guards.INDEXES))}")
        cursor.execute(f"CREATE INDEX {guards.PREFIX}of_once ON courses_enrolment (due_on)")

    call_command("migrate", "reports", verbosity=0)

    with connection.cursor() as cursor:
        names = connection.introspection.get_constraints(cursor, "courses_enrolment").keys()
    assert {name for name in names if name.startswith(guards.PREFIX)} == guards.INDEXES.keys()


def test_the_target_of_the_settings_is_counted_after_a_rebuild(learner, edition, body_a, now, settings):
    done = enrol(learner, edition, now, completed_at=now)
    CourseRecordFactory(enrolment=done, minutes=600)
    settings.TRAINING_TARGET_HOURS = 10
    assert [row.name for row in differences(today=TODAY)] == ["over_target"]

    recount()

    assert (of_2026(body_a).over_target, list(differences(today=TODAY))) == (1, [])


def test_the_page_does_not_ask_more_for_more_people(body_a, area_a, edition, now, django_assert_num_queries):
    for people in (1, 20):
        for _number in range(people):
            enrol(employee(body_a), edition, now)
        with django_assert_num_queries(2):
            found = summary.tallies(Period(2026, TODAY), [area_a.pk])

    assert found[area_a.pk, body_a.pk].people == 21


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_writers_of_the_same_body_and_person_lose_nothing(learner, colleague, course, edition, body_a, now):
    """Two editions of one person and one of a colleague, completed at the same moment by six processes."""
    people = [employee(body_a) for _number in range(4)]
    second = EditionFactory(course=course, is_self_paced=False, starts_on=date(2026, 1, 1))
    rows = [enrol(person, edition, now).pk for person in [learner, colleague, *people]]
    more = enrol(learner, second, now).pk

    def completes(pk):
        return lambda: Enrolment.objects.filter(pk=pk).update(completed_at=now)

    said = race([completes(pk) for pk in [*rows, more]])

    assert said == [1] * 7
    assert (of_2026(body_a).people, of_2026(body_a).completed) == (6, 7)
    assert list(differences(today=TODAY)) == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_lists_in_opposite_order_wait_for_nobody(edition, body_a, body_a2, now):
    """Two registers of people of the same two bodies, and a sweep that folds beside them."""
    rows = [
        [enrol(employee(body), edition, now).pk for body in pair] for pair in ((body_a, body_a2), (body_a2, body_a))
    ]

    def completes(first, second):
        with transaction.atomic():
            Enrolment.objects.filter(pk=first).update(completed_at=now)
            sleep(0.2)  # the other one is as far
            return Enrolment.objects.filter(pk=second).update(completed_at=now)

    said = race([*[partial(completes, *pair) for pair in rows], lambda: fold_summary() >= 0])

    assert said == [1, 1, True]
    fold_summary()
    assert list(differences(today=TODAY)) == []


def test_parts_are_folded_into_one_row_for_each_body_and_span(learner, colleague, edition, body_a, now):
    for person in (learner, colleague):
        enrol(person, edition, now, completed_at=now)
    before = of_2026(body_a)
    assert BodySpan.objects.filter(span_id=202600, body_id=body_a.pk).count() > 1

    assert fold_summary() > 0
    assert fold_summary() == 0
    assert BodySpan.objects.get(span_id=202600, body_id=body_a.pk).completed == 2
    assert of_2026(body_a) == before
