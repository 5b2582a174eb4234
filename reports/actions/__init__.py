from reports.actions.figures import differences, fold_summary, prepare_summary, recount

__all__ = ["differences", "fold_summary", "prepare_summary", "recount"]
