"""Real processes that want the same thing at the same moment."""

import multiprocessing
import os
from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from django.db import connections

FORK = multiprocessing.get_context("fork")  # the parent has imported everything already


def race(contenders: Sequence[Callable[[], object]]) -> list:
    """Start every contender together, each in a process of its own; return what each said, in their order.

    A contender says what it returns (strings, numbers, booleans, None), or for an exception the `code` of a
    ValidationError or else the class name. Only for tests with `transaction=True`: the others see committed rows only.
    """
    connections.close_all()  # an open connection must not be shared with a child
    start, answers = FORK.Barrier(len(contenders)), FORK.SimpleQueue()
    runners = [FORK.Process(target=_run, args=(*pair, start, answers)) for pair in enumerate(contenders)]
    for runner in runners:
        runner.start()
    said = dict(answers.get() for _ in runners)
    for runner in runners:
        runner.join()
    return [said[number] for number in range(len(contenders))]


def _run(number, contender, start, answers):
    try:
        start.wait(timeout=300)  # a machine with much to do forks slowly; who never answers would be waited for
        said = contender()
    except ValidationError as refused:
        said = getattr(refused, "code", None) or refused.error_list[0].code
    except Exception as broken:  # the test compares the name with what it expects
        said = type(broken).__name__
    connections.close_all()
    answers.put((number, said))
    os._exit(0)  # no exit code of the test process may run twice
