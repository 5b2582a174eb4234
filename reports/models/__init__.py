from reports.models.summary import BodySpan, PersonSpan, Span

__all__ = ["BodySpan", "PersonSpan", "Span"]
