from django.urls import path

app_name = "tutorship"
urlpatterns = []
