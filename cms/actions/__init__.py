from cms.actions.feedback import report_accessibility_problem
from cms.actions.site import load_site

__all__ = ["load_site", "report_accessibility_problem"]
