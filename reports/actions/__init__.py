from reports.actions.figures import differences, prepare_summary, recount

__all__ = ["differences", "prepare_summary", "recount"]
