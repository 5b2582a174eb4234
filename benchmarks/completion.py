"""The completion of a course of 40 steps, from its evidence. `python -m benchmarks.completion`"""

import time
from decimal import Decimal
from statistics import median

from courses.completion import Evidence, Requirement, missing

ROUNDS = 1_000
STEPS = 40


def course() -> tuple[list[Requirement], dict[int, Evidence]]:
    """Lessons, every tenth step a quiz, the last one live meetings; all but the last are done."""
    requirements = [
        Requirement(number, score_percent=70) if number % 10 == 0 else Requirement(number, seconds=600)
        for number in range(1, STEPS)
    ]
    evidence = {step.step_id: Evidence(seconds=700, score_percent=Decimal(80)) for step in requirements}
    return [*requirements, Requirement(STEPS, attended_minutes=252)], evidence


def main() -> None:
    requirements, evidence = course()
    took = []
    for _round in range(ROUNDS):
        start = time.process_time_ns()
        missing(requirements, evidence)
        took.append(time.process_time_ns() - start)
    print(f"completion of {STEPS} steps: {median(took) / 1e6:.3f} ms of CPU, {ROUNDS} rounds")


if __name__ == "__main__":
    main()
