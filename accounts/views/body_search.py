"""Find a body by typing its name: a plain GET form, made nicer by static/js/body_search.js."""

from django.http import HttpRequest

from territory.models import PublicBody

SHOWN = 20
SHORTEST = 2  # letters below which a search would list everything


def chosen_body(request: HttpRequest, bodies) -> PublicBody | None:
    """The body of `?body=`, or of the posted form, if it is among `bodies`."""
    pk = request.POST.get("body") or request.GET.get("body") or ""
    return bodies.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None


def search_bodies(request: HttpRequest, bodies) -> dict:
    """What `accounts/_body_search.html` needs: the words, the first bodies found, and whether there are more."""
    words = " ".join(request.GET.get("ente", "")[:100].split())
    found = list(bodies.named_like(words).select_related("area")[: SHOWN + 1]) if len(words) >= SHORTEST else []
    return {"words": words, "bodies": found[:SHOWN], "has_more": len(found) > SHOWN, "shown": SHOWN}
