"""The demonstration shows every kind of question, and its meetings are on days on which offices are open."""

from datetime import UTC, datetime

import holidays
from django.utils import timezone

from courses.demo import TRAINING, _workshops
from courses.gift import parse
from courses.models import Edition, LiveSession
from courses.scoring import Kind
from tests import factories


def test_the_training_quiz_has_a_question_of_every_kind_with_its_reasons():
    questions = parse(TRAINING.read_text())

    assert {question.kind for question in questions} == set(Kind)
    for question in questions:
        wrong = [option for option in question.options if option.share_percent <= 0 and not option.match]
        assert all(option.feedback for option in wrong), question.text


def test_the_28_workshops_are_on_working_days_whatever_the_day_of_the_start(anci):
    factories.PillarFactory()
    factories.ObjectiveFactory()
    factories.catalogue_page()
    factories.AreaFactory.create_batch(14)
    now = datetime(2026, 11, 27, 8, tzinfo=UTC)  # weeks later it is Christmas and New Year

    _workshops({"anci": anci}, now=now)

    days = [timezone.localdate(meeting.starts_at) for meeting in LiveSession.objects.all()]
    assert len(days) == 28
    assert [day for day in days if day.weekday() > 4 or day in holidays.country_holidays("IT")] == []
    starts = set(Edition.objects.values_list("starts_on", flat=True))
    assert (len(starts), starts <= set(days)) == (14, True)
