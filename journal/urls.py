from django.urls import path

from journal import views

app_name = "journal"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("coordinamento/registro-attivita/", views.audit_list, name="audit_list"),
    path("profilo/messaggi/", views.mail_choices, name="mail_choices"),
    path("dimostrazione/posta/", views.demo_mail_list, name="demo_mail_list"),
]
