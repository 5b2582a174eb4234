"""What a person may see of a handed-in attempt, and from when. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class What(StrEnum):
    SCORE = "score"
    ANSWERS = "answers"
    VERDICTS = "verdicts"
    COMMENTS = "comments"
    KEY = "key"


class When(StrEnum):
    SUBMITTED = "submitted"
    FINISHED = "finished"
    CLOSED = "closed"
    NEVER = "never"


def seen(matrix: Mapping[What, When], *, is_finished: bool, is_closed: bool) -> frozenset[What]:
    """What the matrix lets through. Finished: passed, or no attempt is left; closed is finished for everybody."""
    reached = {When.SUBMITTED} | ({When.FINISHED} if is_finished or is_closed else set())
    reached |= {When.CLOSED} if is_closed else set()
    return frozenset(what for what, when in matrix.items() if when in reached)
