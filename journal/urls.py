from django.urls import path

from journal import views
from lib import url_converters  # noqa: F401 - registers <id:…>

app_name = "journal"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("messaggi/", views.inbox, name="inbox"),
    path("messaggi/letti/", views.inbox_read, name="inbox_read"),
    path("messaggi/<id:pk>/apri/", views.message_open, name="message_open"),
    path("coordinamento/registro-attivita/", views.audit_list, name="audit_list"),
    path("profilo/messaggi/", views.mail_choices, name="mail_choices"),
    path("dimostrazione/posta/", views.demo_mail_list, name="demo_mail_list"),
]
