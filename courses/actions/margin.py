"""Notes, reflections, bookmarks, and whether a lesson was useful: the person's own, not evidence of anything."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from courses.models import Margin, Step
from courses.models.margin import LONGEST_TEXT


@transaction.atomic
def write_margin(
    *,
    user: User,
    step: Step,
    note: str | None = None,
    reflections: Mapping[str, str] | None = None,
    is_bookmarked: bool | None = None,
    is_useful: bool | None = None,
    now: datetime,
) -> Margin:
    """Keep what is given and leave the rest as it is; an answer emptied to "" is gone."""
    Margin.objects.get_or_create(user=user, step=step, defaults={"written_at": now})
    margin = Margin.objects.select_for_update().get(user=user, step=step)
    if note is not None:
        margin.note = note[:LONGEST_TEXT]
    for key, text in (reflections or {}).items():
        margin.reflections[key] = text[:LONGEST_TEXT]
    margin.reflections = {key: text for key, text in margin.reflections.items() if text}
    margin.is_bookmarked = margin.is_bookmarked if is_bookmarked is None else is_bookmarked
    margin.is_useful = margin.is_useful if is_useful is None else is_useful
    margin.written_at = now
    margin.save()
    return margin
