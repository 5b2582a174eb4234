"""What the accounts tell the apps above, as the last line inside the action's transaction."""

from django.dispatch import Signal

person_erased = Signal()  # person: accounts.User, now: datetime; what is kept may name nobody from here on
# moves: {pk of the accounts.Employment that ended: the one that goes on}, first_on: its first day
staff_moved = Signal()
staff_left = Signal()  # employments: the accounts.Employment rows that have just got a last day, now: datetime
person_copied = Signal()  # person: accounts.User; each receiver returns the rows it keeps about them, as QuerySets
