from tutorship.models.agenda import course_meetings
from tutorship.models.availability import (
    AvailabilityException,
    AvailabilityRule,
    Closure,
    PatronSaint,
    TutorPreference,
    tutors_with_hours,
)
from tutorship.models.booking import Booking
from tutorship.models.case import Case, CaseMessage
from tutorship.models.coverage import Coverage, Service, Topic
from tutorship.models.diary import (
    Diary,
    national_holidays,
    outside_availability,
    sessions_closed_by,
    sessions_hosted_on,
    sessions_inside,
)
from tutorship.models.feed import FeedToken
from tutorship.models.move import Move
from tutorship.models.offer import Offer, Search, by_day, nearest_offers, read_key
from tutorship.models.outcome import FollowUpTask, Outcome, PrivateNote
from tutorship.models.rating import Rating
from tutorship.models.request import PreferredWindow, SessionRequest
from tutorship.models.session import Occupancy, Session, SessionHandover, SessionMove
from tutorship.models.waiting import WaitingEntry

__all__ = [
    "AvailabilityException",
    "AvailabilityRule",
    "Booking",
    "Case",
    "CaseMessage",
    "Closure",
    "Coverage",
    "Diary",
    "FeedToken",
    "FollowUpTask",
    "Move",
    "Occupancy",
    "Offer",
    "Outcome",
    "PatronSaint",
    "PreferredWindow",
    "PrivateNote",
    "Rating",
    "Search",
    "Service",
    "Session",
    "SessionHandover",
    "SessionMove",
    "SessionRequest",
    "Topic",
    "TutorPreference",
    "WaitingEntry",
    "by_day",
    "course_meetings",
    "national_holidays",
    "nearest_offers",
    "outside_availability",
    "read_key",
    "sessions_closed_by",
    "sessions_hosted_on",
    "sessions_inside",
    "tutors_with_hours",
]
