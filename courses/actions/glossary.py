"""The shared glossary as files: term in the front matter, definition below it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses import lesson_markdown
from courses.lesson_markdown import Block
from courses.models import GlossaryTerm


def term_file(term: GlossaryTerm) -> bytes:
    text = lesson_markdown.write([Block("text", lesson_markdown.normal(term.definition))])
    return (lesson_markdown.write_front_matter({"term": term.term}) + text).encode()


def load_term(slug: str, content: bytes) -> GlossaryTerm:
    """The term of the shared list, or a new one; another one under the same name is refused."""
    there = GlossaryTerm.objects.filter(slug=slug).first()
    if there is None:
        facts, definition = lesson_markdown.front_matter(content.decode())
        there = GlossaryTerm(slug=slug, term=facts["term"], definition=lesson_markdown.html(definition))
        there.full_clean()
        there.save()
    elif term_file(there).strip() != content.strip():
        text = _("The glossary already explains “%(slug)s” in other words.") % {"slug": slug}
        raise ValidationError(text, code="course_folder")
    return there
