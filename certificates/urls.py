from django.urls import path

from certificates import views
from lib import url_converters  # noqa: F401 - registers <id:…>

app_name = "certificates"
urlpatterns = [
    path("attestati/", views.certificate_list, name="certificate_list"),
    path("attestati/<id:pk>/pdf/", views.certificate_download, name="certificate_download"),
    path("attestati/formazione-esterna/", views.external_create, name="external_create"),
    path("attestati/formazione-esterna/<id:pk>/documento/", views.external_proof, name="external_proof"),
    path("coordinamento/formazione-esterna/", views.external_list, name="external_list"),
    path("coordinamento/formazione-esterna/<id:pk>/approva/", views.external_approve, name="external_approve"),
    path("coordinamento/formazione-esterna/<id:pk>/rifiuta/", views.external_refuse, name="external_refuse"),
    path("coordinamento/attestati/", views.register, name="register"),
    path("attestati/dichiarazioni/", views.statement_create, name="statement_create"),
    path("attestati/archivio/", views.archive_create, name="archive_create"),
    path("attestati/archivio/<id:pk>/", views.archive_detail, name="archive_detail"),
    path("attestati/archivio/<id:pk>/scarica/", views.archive_download, name="archive_download"),
    path("coordinamento/attestati/<id:pk>/correzione/", views.certificate_correct, name="certificate_correct"),
    path("coordinamento/attestati/<id:pk>/revoca/", views.certificate_revoke, name="certificate_revoke"),
    path("coordinamento/attestati/<id:pk>/riprova/", views.certificate_retry, name="certificate_retry"),
    path("verifica/", views.verify, name="verify"),
    path("verifica/<str:code>/", views.verify_code, name="verify_code"),
]
