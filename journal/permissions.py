"""Who may open what shows the demonstration."""

from django.conf import settings
from django.http import HttpRequest

LOOPBACK = {"127.0.0.1", "::1"}


def is_demo_here(request: HttpRequest) -> bool:
    """Whether this is the demonstration and the request comes from this very computer."""
    return settings.DEMO and request.META.get("REMOTE_ADDR") in LOOPBACK
