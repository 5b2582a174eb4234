"""Who may read and change what in the tutorship; views and templates ask the same questions."""

from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from territory.models import Area
from tutorship.models import Booking, Case, Coverage, Session


def can_read_question(user: User, booking: Booking) -> bool:
    """The question is between the learner and the tutor; a coordinator sees topic and state only."""
    return user.scope.is_anci or user.pk in {booking.learner_id, booking.session.tutor_id}


def can_read_outcome(user: User, session: Session) -> bool:
    """On the tutor's page; learners read it on their own appointment."""
    return user.scope.is_anci or user.pk == session.tutor_id


def can_read_case(user: User, case: Case) -> bool:
    """Question, thread and files. A coordinator sees topic and state only."""
    return Case.objects.readable_by(user).filter(pk=case.pk).exists()


def can_run_case(user: User, case: Case) -> bool:
    """Close, pass on, give to another tutor: the tutor who has it, coordinators of the area, ANCI."""
    return user.pk == case.tutor_id or can_plan_for(user, case.area)


def next_tutors(case: Case, *, on: date) -> QuerySet[User]:
    """Who else answers on the topic in the area."""
    covering = Coverage.objects.current(on=on).filter(topic=case.topic_id, area=case.area_id)
    others = User.objects.filter(pk__in=covering.values("tutor")).exclude(pk__in=[case.tutor_id, case.learner_id])
    return others.order_by("last_name", "first_name")


def can_plan_for(user: User, area: Area | None) -> bool:
    """Coverage and closures: coordinators in their areas, ANCI everywhere and for all areas at once."""
    return user.scope.is_anci or (area is not None and area.pk in user.scope.area_ids)


def can_change_availability(user: User, tutor: User) -> bool:
    """A tutor's own; coordinators of an area where the tutor serves; ANCI."""
    if user.scope.is_anci or (user.pk == tutor.pk and user.scope.is_tutor):
        return True
    return bool(user.scope.area_ids & tutor.scope.tutor_area_ids)
