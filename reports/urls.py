from django.urls import path

from lib import url_converters  # noqa: F401 - registers <id:…>
from reports import views

app_name = "reports"
urlpatterns = [
    path("la-mia-formazione/", views.my_training, name="my_training"),
    path("la-mia-formazione/ore/", views.training_record, name="training_record"),
    path("coordinamento/", views.overview, name="overview"),
    path("coordinamento/esporta/", views.overview_export, name="overview_export"),
    path("coordinamento/confronti/", views.comparison, name="comparison"),
    path("coordinamento/confronti/esporta/", views.comparison_export, name="comparison_export"),
    path("coordinamento/aree/<slug:slug>/", views.area_detail, name="area_detail"),
    path("coordinamento/aree/<slug:slug>/esporta/", views.area_export, name="area_export"),
    path("coordinamento/fragilita/", views.fragility, name="fragility"),
    path("coordinamento/fragilita/esporta/", views.fragility_export, name="fragility_export"),
    path("coordinamento/enti/<id:pk>/", views.body_detail, name="body_detail"),
    path("coordinamento/enti/<id:pk>/esporta/", views.body_export, name="body_export"),
    path("coordinamento/enti/<id:pk>/piao/", views.piao_export, name="piao_export"),
    path("coordinamento/persone/<id:pk>/formazione/", views.person_detail, name="person_detail"),
    path("coordinamento/a-rischio/", views.at_risk, name="at_risk"),
    path("coordinamento/a-rischio/esporta/", views.at_risk_export, name="at_risk_export"),
    path("coordinamento/a-rischio/messaggio/", views.at_risk_message, name="at_risk_message"),
    path("coordinamento/a-rischio/proroga/", views.at_risk_extend, name="at_risk_extend"),
    path("coordinamento/a-rischio/telefonata/", views.at_risk_call, name="at_risk_call"),
    path("telefonate/", views.call_list, name="call_list"),
    path("telefonate/<id:pk>/", views.call_finish, name="call_finish"),
    path("coordinamento/elenchi/<slug:slug>/", views.listing_detail, name="listing_detail"),
    path("coordinamento/elenchi/<slug:slug>/esporta/", views.listing_export, name="listing_export"),
    path("coordinamento/file/<id:pk>/", views.export_detail, name="export_detail"),
    path("coordinamento/file/<id:pk>/scarica/", views.export_download, name="export_download"),
    path("coordinamento/rendiconti/", views.snapshot_list, name="snapshot_list"),
    path("coordinamento/rendiconti/<id:pk>/", views.snapshot_detail, name="snapshot_detail"),
    path("coordinamento/rendiconti/<id:pk>/esporta/", views.snapshot_export, name="snapshot_export"),
    path("coordinamento/rapporti/", views.monthly_list, name="monthly_list"),
    path("coordinamento/uffici/", views.office_list, name="office_list"),
    path("coordinamento/uffici/esporta/", views.office_export, name="office_export"),
    path("coordinamento/comuni-silenti/", views.silent_list, name="silent_list"),
    path("coordinamento/comuni-silenti/esporta/", views.silent_export, name="silent_export"),
]
