from tutorship.models.availability import (
    AvailabilityException,
    AvailabilityRule,
    Closure,
    PatronSaint,
    TutorPreference,
    tutors_with_hours,
)
from tutorship.models.booking import Booking
from tutorship.models.coverage import Coverage, Service, Topic
from tutorship.models.diary import (
    Diary,
    national_holidays,
    outside_availability,
    sessions_closed_by,
    sessions_hosted_on,
    sessions_inside,
)
from tutorship.models.move import Move
from tutorship.models.offer import Offer, Search, by_day, nearest_offers, read_key
from tutorship.models.request import PreferredWindow, SessionRequest
from tutorship.models.session import Occupancy, Outcome, Session, SessionMove

__all__ = [
    "AvailabilityException",
    "AvailabilityRule",
    "Booking",
    "Closure",
    "Coverage",
    "Diary",
    "Move",
    "Occupancy",
    "Offer",
    "Outcome",
    "PatronSaint",
    "PreferredWindow",
    "Search",
    "Service",
    "Session",
    "SessionMove",
    "SessionRequest",
    "Topic",
    "TutorPreference",
    "by_day",
    "national_holidays",
    "nearest_offers",
    "outside_availability",
    "read_key",
    "sessions_closed_by",
    "sessions_hosted_on",
    "sessions_inside",
    "tutors_with_hours",
]
