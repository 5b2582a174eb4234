"""Wake the worker once the transaction is committed.

The queue only nudges: the rows themselves say what is waiting, and a periodic sweep finds what a lost nudge left.
"""

from django.db import transaction
from django.utils.module_loading import import_string


def nudge(name: str) -> None:
    """Enqueue the task `app.task` on commit, once however often it is asked for in one transaction.

    A misspelt name raises ImportError here, in the action, and not after the commit.
    """
    app, task = name.split(".")
    enqueue = import_string(f"{app}.tasks.{task}")
    if enqueue not in (call for _, call, _ in transaction.get_connection().run_on_commit):
        transaction.on_commit(enqueue, robust=True)  # a dead queue must not turn a saved request into an error
