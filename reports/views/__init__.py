from reports.views.at_risk import at_risk, at_risk_export
from reports.views.comparison import comparison, comparison_export
from reports.views.exports import area_export, body_export, overview_export, piao_export
from reports.views.following import at_risk_call, at_risk_extend, at_risk_message, call_finish, call_list
from reports.views.fragility import fragility, fragility_export
from reports.views.listing import export_detail, export_download, listing_detail, listing_export
from reports.views.monthly import monthly_list
from reports.views.offices import office_export, office_list
from reports.views.people import body_detail, person_detail
from reports.views.snapshot import snapshot_detail, snapshot_export, snapshot_list
from reports.views.territory import area_detail, overview, silent_export, silent_list
from reports.views.training import my_training, training_record

__all__ = [
    "area_detail",
    "area_export",
    "at_risk",
    "at_risk_call",
    "at_risk_export",
    "at_risk_extend",
    "at_risk_message",
    "body_detail",
    "body_export",
    "call_finish",
    "call_list",
    "comparison",
    "comparison_export",
    "export_detail",
    "export_download",
    "fragility",
    "fragility_export",
    "listing_detail",
    "listing_export",
    "monthly_list",
    "my_training",
    "office_export",
    "office_list",
    "overview",
    "overview_export",
    "person_detail",
    "piao_export",
    "silent_export",
    "silent_list",
    "snapshot_detail",
    "snapshot_export",
    "snapshot_list",
    "training_record",
]
