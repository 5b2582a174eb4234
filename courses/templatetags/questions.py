"""A question of the bank as the learner will meet it: for the editor's preview."""

from django import template

from courses.actions.paper import freeze
from courses.models import Question
from courses.views.paper import asked, key

register = template.Library()


@register.simple_tag
def shown_question(question: Question) -> dict:
    return asked(freeze(question, is_shuffled=False), number=1, given=None)


@register.simple_tag
def key_of(question: Question) -> list[tuple[str, str]]:
    """The right answers with their comments."""
    return list(key(freeze(question, is_shuffled=False)))
