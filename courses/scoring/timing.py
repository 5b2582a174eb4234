"""When an attempt ends, and when the next one may begin. Pure."""

from datetime import datetime, timedelta


def deadline(
    started_at: datetime, *, limit_minutes: int | None, extra_percent: int = 0, closes_at: datetime | None = None
) -> datetime | None:
    """The limit with the person's extra time, never beyond the closing of the quiz; None without either."""
    ends = [closes_at] if closes_at else []
    if limit_minutes:
        ends.append(started_at + timedelta(minutes=limit_minutes) * (100 + extra_percent) / 100)
    return min(ends, default=None)


def next_start(submitted_at: datetime | None, *, minutes_between: int) -> datetime | None:
    """From when another attempt may begin; None when there was none before."""
    return None if submitted_at is None else submitted_at + timedelta(minutes=minutes_between)
