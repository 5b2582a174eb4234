"""Other times for a session that is already made: the same tutor, the same people, the same room."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tutorship import slots
from tutorship.models.booking import Booking
from tutorship.models.diary import Diary, around, reach
from tutorship.models.offer import Offer
from tutorship.models.session import Session
from tutorship.slots import Terms, Window


@dataclass(frozen=True)
class Move:
    """The same question lists the times and checks the move. Its own time stands in nobody's way, so that a session can
    be moved by a quarter of an hour.
    """

    session: Session
    now: datetime
    needs_notice: bool  # a learner keeps the notice of the service; a tutor knows what is possible today

    @property
    def terms(self) -> Terms:
        terms = self.session.service.terms(on_site=self.session.is_on_site)
        terms = replace(terms, length=self.session.length)
        return terms if self.needs_notice else replace(terms, notice=timedelta())

    def people(self) -> list[int]:
        """Everybody who comes; the tutor apart."""
        return list(Booking.objects.active().filter(session=self.session).values_list("learner_id", flat=True))

    def offers(self) -> list[Offer]:
        session, terms = self.session, self.terms
        free = self._free(reach(terms, now=self.now), terms)
        found = [start for start in slots.starts(free, terms, now=self.now) if start != session.starts_at]
        return [Offer(start, start + terms.length, session.tutor, session.area, 1) for start in found]

    def can_start(self, start: datetime) -> bool:
        terms = self.terms
        return slots.can_start(start, self._free(around(start, terms), terms), terms, now=self.now)

    def _free(self, within: Window, terms: Terms) -> list[Window]:
        session, people = self.session, self.people()
        host_id = session.host_id
        diary = Diary.read([session.tutor_id], within=within, others=people, host_id=host_id, without=session)
        return diary.free(session.tutor_id, session.area_id, terms, people=people, host_id=host_id)
