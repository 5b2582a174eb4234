"""The yardstick: one view, no middleware, no database, served like everything else."""

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.urls import path

settings.configure(SECRET_KEY="yardstick", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost"], MIDDLEWARE=[])  # noqa: S106 - signs nothing
urlpatterns = [path("", lambda request: HttpResponse("bare"))]
application = WSGIHandler()
