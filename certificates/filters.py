"""What a coordinator has chosen in the register, from the address of the page."""

from functools import cached_property

from django.db.models import Count

from certificates.models import Certificate


class RegisterFilter:
    def __init__(self, query, *, user):
        self.words = query.get("cerca", "").strip()[:100]
        state = query.get("stato", "")
        self.state = state if state in Certificate.State.values else ""
        self.found = Certificate.objects.visible_to(user).matching(self.words)

    def results(self):
        chosen = self.found.filter(state=self.state) if self.state else self.found
        return chosen.select_related("user", "body", "superseded_by")

    @cached_property
    def states(self) -> list[dict]:
        """The states that occur, with how many each, in their natural order."""
        counts = dict(self.found.order_by("state").values_list("state").annotate(count=Count("pk")))
        return [
            {"key": state.value, "label": state.label, "count": counts[state], "is_chosen": state == self.state}
            for state in Certificate.State
            if state in counts
        ]

    @property
    def total(self) -> int:
        return sum(state["count"] for state in self.states)
