"""How often one client may ask for something. The counts live in the cache: no row is written."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache


def is_within(request, *, action: str, limit: int, seconds: int) -> bool:
    """Count this request of the client's address; False from the first one above `limit` in the current window."""
    client = get_adapter().get_client_ip(request)
    window = int(time.time()) // seconds
    key = f"rate:{action}:{client}:{window}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # dropped between the two lines by a full cache
        return True
