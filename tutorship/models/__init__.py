from tutorship.models.availability import AvailabilityException, AvailabilityRule, Closure, TutorPreference
from tutorship.models.booking import Booking
from tutorship.models.coverage import Coverage, Service, Topic
from tutorship.models.session import Occupancy, Outcome, Session

__all__ = [
    "AvailabilityException",
    "AvailabilityRule",
    "Booking",
    "Closure",
    "Coverage",
    "Occupancy",
    "Outcome",
    "Service",
    "Session",
    "Topic",
    "TutorPreference",
]
