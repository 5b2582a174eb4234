from django.urls import path

from lib import url_converters  # noqa: F401 - registers <id:…>
from territory import views

app_name = "territory"
urlpatterns = [
    path("coordinamento/territorio/importa/", views.import_create, name="import"),
    path("coordinamento/territorio/importa/<id:pk>/", views.import_detail, name="import_detail"),
    path("coordinamento/territorio/importa/<id:pk>/conferma/", views.import_confirm, name="import_confirm"),
    path("coordinamento/territorio/unisci/", views.merge_create, name="merge"),
    path("coordinamento/enti/<id:pk>/dominio-posta/", views.mail_domain_change, name="mail_domain_change"),
    path("profilo/enti/proponi/", views.proposal_create, name="proposal_create"),
    path("coordinamento/enti/proposti/", views.proposal_list, name="proposal_list"),
    path("coordinamento/enti/proposti/<id:pk>/", views.proposal_decide, name="proposal_decide"),
]
