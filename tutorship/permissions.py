"""Who may read and change what in the tutorship; views and templates ask the same questions."""

from accounts.models import User
from territory.models import Area
from tutorship.models import Booking, Session


def can_read_question(user: User, booking: Booking) -> bool:
    """The question is between the learner and the tutor; a coordinator sees topic and state only."""
    return user.scope.is_anci or user.pk in {booking.learner_id, booking.session.tutor_id}


def can_read_outcome(user: User, session: Session) -> bool:
    """On the tutor's page; learners read it on their own appointment."""
    return user.scope.is_anci or user.pk == session.tutor_id


def can_plan_for(user: User, area: Area | None) -> bool:
    """Coverage and closures: coordinators in their areas, ANCI everywhere and for all areas at once."""
    return user.scope.is_anci or (area is not None and area.pk in user.scope.area_ids)


def can_change_availability(user: User, tutor: User) -> bool:
    """A tutor's own; coordinators of an area where the tutor serves; ANCI."""
    if user.scope.is_anci or (user.pk == tutor.pk and user.scope.is_tutor):
        return True
    return bool(user.scope.area_ids & tutor.scope.tutor_area_ids)
