"""The demonstration shows every kind of question, and a glossary."""

import yaml

from courses.demo import TERMS, TRAINING
from courses.gift import parse
from courses.models import GlossaryTerm
from courses.scoring import Kind


def test_the_training_quiz_has_a_question_of_every_kind_with_its_reasons():
    questions = parse(TRAINING.read_text())

    assert {question.kind for question in questions} == set(Kind)
    for question in questions:
        wrong = [option for option in question.options if option.share_percent <= 0 and not option.match]
        assert all(option.feedback for option in wrong), question.text


def test_the_terms_of_the_demonstration_are_sound(db):
    for term in yaml.safe_load(TERMS.read_text()):
        GlossaryTerm(**term).full_clean()
