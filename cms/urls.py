from django.urls import path

from cms import views

app_name = "cms"
urlpatterns = [
    path("cerca/", views.search, name="search"),
    path("accessibilita/segnalazione/", views.feedback, name="feedback"),
]
