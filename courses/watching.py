"""How much of a recording has been watched: a union of spans of whole seconds, which only ever grows. Pure.

A browser reports the spans that it has played. What is new in them is believed up to the seconds that can have been
played since the last report; the rest is left out and may be reported again later, when time has passed.
"""

from collections.abc import Iterable

Span = tuple[int, int]  # from, to (excluded), in seconds of the recording
FASTEST_RATE = 2  # the fastest playback that a player offers


def union(spans: Iterable[Span]) -> list[Span]:
    """The same seconds as sorted spans that neither touch nor overlap."""
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def length(spans: Iterable[Span]) -> int:
    """How many seconds lie in spans that do not overlap."""
    return sum(end - start for start, end in spans)


def difference(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The seconds of `spans` that are not in `taken`, as a union."""
    left = union(spans)
    for start, end in union(taken):
        left = [part for span in left for part in ((span[0], min(span[1], start)), (max(span[0], end), span[1]))]
        left = union(left)
    return left


def first(spans: Iterable[Span], seconds: int) -> list[Span]:
    """As much of a union as fits into so many seconds, from its beginning."""
    kept, left = [], seconds
    for start, end in spans:
        if left <= 0:
            break
        kept.append((start, min(end, start + left)))
        left -= end - start
    return kept


def believable(elapsed_seconds: float, rate: float) -> int:
    """How many seconds of a recording can be played in so much time at this rate."""
    return max(0, int(elapsed_seconds * min(rate, FASTEST_RATE)))


def credit(seen: Iterable[Span], reported: Iterable[Span], *, duration: int, at_most: int) -> list[Span]:
    """Return `seen` with the new seconds of `reported`, `at_most` so many and none outside the recording."""
    inside = [(max(0, start), min(duration, end)) for start, end in reported]
    return union([*union(seen), *first(difference(inside, seen), at_most)])


def percent(spans: Iterable[Span], *, duration: int) -> int:
    """The share of the recording that has been watched, rounded down; 100 only when all of it was."""
    return 100 * length(spans) // duration if duration else 0
