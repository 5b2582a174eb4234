"""What the tutorship tells the apps above, as the last line inside the action's transaction."""

from django.dispatch import Signal

session_closed = Signal()  # session: tutorship.Session, now: datetime
