from django.urls import path

from lib import url_converters  # noqa: F401 - registers <id:…>
from territory import views

app_name = "territory"
urlpatterns = [
    path("coordinamento/territorio/importa/", views.import_create, name="import"),
    path("coordinamento/territorio/importa/<id:pk>/", views.import_detail, name="import_detail"),
    path("coordinamento/territorio/importa/<id:pk>/conferma/", views.import_confirm, name="import_confirm"),
    path("coordinamento/territorio/indicatori/", views.indicator_import, name="indicator_import"),
    path("coordinamento/territorio/indicatori/esporta/", views.indicator_export, name="indicator_export"),
    path("coordinamento/territorio/indicatori/<id:pk>/", views.indicator_import_detail, name="indicator_import_detail"),
    path(
        "coordinamento/territorio/indicatori/<id:pk>/conferma/",
        views.indicator_import_confirm,
        name="indicator_import_confirm",
    ),
    path("coordinamento/territorio/unisci/", views.merge_create, name="merge"),
    path("coordinamento/enti/<id:pk>/dominio-posta/", views.mail_domain_change, name="mail_domain_change"),
    path("coordinamento/enti/<id:pk>/personale/", views.staff_count_create, name="staff_count_create"),
    path("coordinamento/territorio/personale/", views.counts_create, name="counts_create"),
    path("coordinamento/territorio/personale/<id:pk>/", views.counts_detail, name="counts_detail"),
    path("coordinamento/territorio/personale/<id:pk>/conferma/", views.counts_confirm, name="counts_confirm"),
    path("profilo/enti/proponi/", views.proposal_create, name="proposal_create"),
    path("coordinamento/enti/proposti/", views.proposal_list, name="proposal_list"),
    path("coordinamento/enti/proposti/<id:pk>/", views.proposal_decide, name="proposal_decide"),
]
