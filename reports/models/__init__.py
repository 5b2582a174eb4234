from reports.models.call import Call
from reports.models.snapshot import Snapshot
from reports.models.summary import BodySpan, PersonSpan, Span

__all__ = ["BodySpan", "Call", "PersonSpan", "Snapshot", "Span"]
