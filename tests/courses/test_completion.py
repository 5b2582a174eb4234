from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from courses.completion import Evidence, Missing, Reason, Requirement, missing, required_seconds

LESSON = Requirement(1, seconds=60)
QUIZ = Requirement(2, score_percent=70)
COMPLETE = {1: Evidence(seconds=60), 2: Evidence(score_percent=Decimal("70.00"))}


def test_nothing_is_missing_at_the_thresholds():
    assert missing([LESSON, QUIZ], COMPLETE) == []


def test_each_missing_step_says_why_in_the_order_of_the_course():
    evidence = {1: Evidence(seconds=59), 2: Evidence(score_percent=Decimal("69.99"))}

    assert missing([LESSON, QUIZ], evidence) == [Missing(1, Reason.TOO_SHORT), Missing(2, Reason.NOT_PASSED)]
    assert missing([LESSON], {}) == [Missing(1, Reason.NOT_OPENED)]


def test_a_long_stay_does_not_pass_a_quiz():
    assert missing([QUIZ], {2: Evidence(seconds=10_000)}) == [Missing(2, Reason.NOT_PASSED)]


def test_a_lesson_counts_once_its_recordings_are_watched_and_its_checkpoints_answered():
    lesson = Requirement(1, seconds=60, watched_percent={7: 90, 8: 50}, checkpoints=frozenset({"a", "b"}))
    some = Evidence(seconds=60, watched_percent={7: 90, 8: 49}, checkpoints=frozenset("ab"))
    watched = Evidence(seconds=60, watched_percent={7: 90, 8: 50}, checkpoints=frozenset("a"))
    answered = Evidence(seconds=59, watched_percent={7: 90, 8: 50}, checkpoints=frozenset("ab"))

    assert [missing([lesson], {1: evidence})[0].reason for evidence in (some, watched, answered)] == [
        Reason.NOT_WATCHED,
        Reason.NOT_ANSWERED,
        Reason.TOO_SHORT,
    ]


def test_a_step_that_was_complete_stays_so_whatever_is_asked_later():
    raised = Requirement(1, seconds=600, watched_percent={7: 100})

    assert missing([raised], {1: Evidence(seconds=60, is_done=True)}) == []


evidence = st.builds(Evidence, st.integers(0, 200), st.none() | st.decimals(0, 100, places=2))


@given(st.dictionaries(st.integers(1, 2), evidence), st.integers(1, 2), evidence)
def test_more_evidence_never_adds_a_missing_step(known, step, more):
    """Keeping the larger of two figures, as the actions do, can only take steps off the list."""
    before = missing([LESSON, QUIZ], known)
    old = known.get(step, Evidence())
    scores = [score for score in (old.score_percent, more.score_percent) if score is not None]
    better = Evidence(max(old.seconds, more.seconds), max(scores, default=None))

    after = missing([LESSON, QUIZ], known | {step: better})

    assert {item.step_id for item in after} <= {item.step_id for item in before}


def test_required_seconds_follow_the_minutes():
    assert required_seconds(17, seconds_per_minute=6) == 102
