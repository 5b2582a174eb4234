from datetime import date

import pytest

from reports.risk import Reason, Risk, risks

TODAY = date(2026, 11, 23)
ACTIVE = date(2026, 11, 20)


def reasons(*, due_on=None, active_on=ACTIVE, failed_on=None):
    return risks(due_on=due_on, active_on=active_on, failed_on=failed_on, today=TODAY)


@pytest.mark.parametrize(
    ("due_on", "reason"),
    [
        (date(2026, 11, 22), Reason.LATE),
        (date(2026, 11, 23), Reason.DUE_SOON),
        (date(2026, 11, 30), Reason.DUE_SOON),
    ],
)
def test_risks_of_a_due_date(due_on, reason):
    assert reasons(due_on=due_on) == [Risk(reason, due_on)]


def test_no_risk_while_the_due_date_is_far_and_something_happens():
    assert reasons(due_on=date(2026, 12, 1)) == []
    assert reasons() == []


@pytest.mark.parametrize(("active_on", "is_idle"), [(date(2026, 11, 9), True), (date(2026, 11, 10), False)])
def test_idle_begins_after_fourteen_days(active_on, is_idle):
    assert reasons(active_on=active_on) == ([Risk(Reason.IDLE, active_on)] if is_idle else [])


def test_every_reason_is_told_the_gravest_first():
    found = reasons(due_on=date(2026, 11, 1), active_on=date(2026, 10, 1), failed_on=date(2026, 9, 30))

    assert found == [
        Risk(Reason.LATE, date(2026, 11, 1)),
        Risk(Reason.FAILED, date(2026, 9, 30)),
        Risk(Reason.IDLE, date(2026, 10, 1)),
    ]
