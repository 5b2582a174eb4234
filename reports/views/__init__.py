from reports.views.exports import area_export, body_export, overview_export
from reports.views.people import at_risk, body_detail, person_detail
from reports.views.territory import area_detail, overview, silent_list
from reports.views.training import my_training

__all__ = [
    "area_detail",
    "area_export",
    "at_risk",
    "body_detail",
    "body_export",
    "my_training",
    "overview",
    "overview_export",
    "person_detail",
    "silent_list",
]
