from reports.models.call import Call
from reports.models.summary import BodySpan, PersonSpan, Span

__all__ = ["BodySpan", "Call", "PersonSpan", "Span"]
