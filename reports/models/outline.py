"""How far enrolments have come: every outline and every tick in two queries, however many enrolments there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from courses.models import Enrolment, Step, StepProgress


@dataclass(frozen=True)
class OutlineStep:
    step: Step
    is_done: bool


@dataclass(frozen=True)
class Outline:
    """The steps of one course with one person's ticks."""

    steps: list[OutlineStep]

    @property
    def required(self) -> list[OutlineStep]:
        return [row for row in self.steps if row.step.is_required]

    @property
    def done(self) -> int:
        return sum(row.is_done for row in self.required)

    @property
    def next(self) -> OutlineStep | None:
        """The first step that is not done."""
        return next((row for row in self.steps if not row.is_done), None)

    @property
    def next_number(self) -> int:
        return self.steps.index(self.next) + 1 if self.next else len(self.steps)

    @property
    def minutes_left(self) -> int:
        """The minutes of the required steps that are not done."""
        return sum(row.step.minutes for row in self.required if not row.is_done)


def outlines(enrolments: Iterable[Enrolment]) -> dict[int, Outline]:
    """Return the outline of each enrolment, by its id; `edition__course` must have been fetched."""
    enrolments = list(enrolments)
    if not enrolments:
        return {}
    steps = _steps_by_course({row.edition.course.path for row in enrolments})
    done = set(
        StepProgress.objects.filter(enrolment__in=enrolments, completed_at__isnull=False).values_list(
            "enrolment_id", "step_id"
        )
    )
    return {
        row.pk: Outline([OutlineStep(step, (row.pk, step.pk) in done) for step in steps[row.edition.course.path]])
        for row in enrolments
    }


def _steps_by_course(paths: set[str]) -> dict[str, list[Step]]:
    below = reduce(or_, (Q(path__startswith=path) for path in sorted(paths)))
    columns = ("path", "depth", "title", "slug", "kind", "minutes", "is_required")
    found = defaultdict(list)
    for step in Step.objects.live().filter(below).only(*columns).order_by("path"):
        found[step.path[: -Step.steplen]].append(step)
    return found
