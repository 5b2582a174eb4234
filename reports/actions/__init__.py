from reports.actions.figures import differences, fold_summary, prepare_summary, recount
from reports.actions.following import ask_calls, extend_all, finish_call, write_to

__all__ = [
    "ask_calls",
    "differences",
    "extend_all",
    "finish_call",
    "fold_summary",
    "prepare_summary",
    "recount",
    "write_to",
]
