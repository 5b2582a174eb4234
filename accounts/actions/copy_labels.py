"""What the tables of the copy of one's data are called, for fields and kinds that no page shows by name."""

from django.db import models
from django.utils.text import capfirst, slugify
from django.utils.translation import pgettext_lazy

TABLES = {
    "accounts.policyacceptance": pgettext_lazy("copy", "accepted privacy pages"),
    "journal.unwantedmail": pgettext_lazy("copy", "messages switched off"),
    "journal.outgoingmail": pgettext_lazy("copy", "messages received"),
    "journal.auditentry": pgettext_lazy("copy", "register of activities"),
    "tutorship.casemessage": pgettext_lazy("copy", "messages of the cases"),
    "courses.margin": pgettext_lazy("copy", "notes and bookmarks"),
    "courses.stepprogress": pgettext_lazy("copy", "steps taken"),
    "courses.attempt": pgettext_lazy("copy", "attempts at quizzes"),
    "courses.answer": pgettext_lazy("copy", "answers to quizzes"),
    "courses.watching": pgettext_lazy("copy", "videos watched"),
}
FIELDS = {
    "policy": pgettext_lazy("copy", "privacy page"),
    "accepted_at": pgettext_lazy("copy", "accepted"),
    "kind": pgettext_lazy("copy", "kind"),
    "expires_at": pgettext_lazy("copy", "expires"),
    "register": pgettext_lazy("copy", "register"),
    "sequence": pgettext_lazy("copy", "number in the year"),
    "template": pgettext_lazy("copy", "template"),
    "enrolment": pgettext_lazy("copy", "enrolment"),
    "booking": pgettext_lazy("copy", "appointment"),
    "external": pgettext_lazy("copy", "training elsewhere"),
    "employment": pgettext_lazy("copy", "employment"),
    "group": pgettext_lazy("copy", "group"),
    "wants_town_hall": pgettext_lazy("copy", "wishes for the town hall"),
    "session": pgettext_lazy("copy", "session"),
    "closed_at": pgettext_lazy("copy", "closed"),
    "case": pgettext_lazy("copy", "case"),
    "file": pgettext_lazy("copy", "file"),
    "step": pgettext_lazy("copy", "step"),
    "note": pgettext_lazy("copy", "note"),
    "reflections": pgettext_lazy("copy", "reflections"),
    "is_bookmarked": pgettext_lazy("copy", "bookmarked"),
    "written_at": pgettext_lazy("copy", "written"),
    "dwell_seconds": pgettext_lazy("copy", "seconds on the page"),
    "seen_until": pgettext_lazy("copy", "seen until"),
    "best_score_percent": pgettext_lazy("copy", "best score (%)"),
    "attended_minutes": pgettext_lazy("copy", "minutes attended"),
    "checkpoints": pgettext_lazy("copy", "checkpoints"),
    "completed_at": pgettext_lazy("copy", "completed"),
    "quiz": pgettext_lazy("copy", "quiz"),
    "started_at": pgettext_lazy("copy", "started"),
    "submitted_at": pgettext_lazy("copy", "handed in"),
    "deadline_at": pgettext_lazy("copy", "deadline"),
    "pass_mark_percent": pgettext_lazy("copy", "pass mark (%)"),
    "score_percent": pgettext_lazy("copy", "score (%)"),
    "attempt": pgettext_lazy("copy", "attempt"),
    "question_id": pgettext_lazy("copy", "question"),
    "given": pgettext_lazy("copy", "answer given"),
    "saved_at": pgettext_lazy("copy", "saved"),
    "progress": pgettext_lazy("copy", "progress"),
    "recording": pgettext_lazy("copy", "recording"),
    "spans": pgettext_lazy("copy", "parts watched"),
    "reported_at": pgettext_lazy("copy", "reported"),
    "position_seconds": pgettext_lazy("copy", "position (seconds)"),
    "position_at": pgettext_lazy("copy", "position noted"),
    "transcript_read_at": pgettext_lazy("copy", "transcript read"),
    "id": pgettext_lazy("copy", "row"),
}


def table_name(model: type[models.Model]) -> str:
    """As a file is called: "rapporti-di-lavoro"."""
    return slugify(str(TABLES.get(model._meta.label_lower, model._meta.verbose_name_plural)))


def column_name(field: models.Field) -> str:
    """What a page calls the field; where its name is only the one of the column, the word that stands here."""
    has_words = str(field.verbose_name) not in {field.name.replace("_", " "), "ID"}
    return capfirst(str(field.verbose_name if has_words else FIELDS.get(field.name, field.verbose_name)))
