from reports.actions.figures import differences, fold_summary, prepare_summary, recount
from reports.actions.following import ask_calls, extend_all, finish_call, write_to
from reports.actions.freezing import count_again, freeze_figures
from reports.actions.losing import tell_of_lost_themes
from reports.actions.monthly import send_monthly_reports

__all__ = [
    "ask_calls",
    "count_again",
    "differences",
    "extend_all",
    "finish_call",
    "fold_summary",
    "freeze_figures",
    "prepare_summary",
    "recount",
    "send_monthly_reports",
    "tell_of_lost_themes",
    "write_to",
]
