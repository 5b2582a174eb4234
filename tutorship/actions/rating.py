"""Rating a session that has been held."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal.actions import record
from tutorship.models import Booking, Rating


@transaction.atomic
def rate_session(booking: Booking, *, stars: int, comment: str, actor: User, now: datetime) -> Rating:
    """One rating for each who was there; a second one changes nothing.

    Raise ValidationError with code "not_attended" or "already_rated".
    """
    booking = Booking.objects.select_for_update(of=("self",)).for_display().get(pk=booking.pk)
    if booking.learner_id != actor.pk or not booking.can_be_rated:
        message = _("Who was there can rate the session, once the tutor has closed it.")
        raise ValidationError(message, code="not_attended")
    if Rating.objects.filter(booking=booking).exists():
        raise ValidationError(_("This session has already been rated: thank you."), code="already_rated")
    rating = Rating(booking=booking, stars=stars, comment=comment.strip(), rated_at=now)
    rating.full_clean(exclude=["booking"])
    rating.save()
    record("rate_session", rating, actor=actor, area=booking.session.area.slug, now=now)  # that it was, not how
    return rating
