"""What a coordinator sets about a body that is listed."""

from datetime import datetime

from django.db import transaction

from journal.actions import record
from territory.models import PublicBody


@transaction.atomic
def set_mail_domain(body: PublicBody, *, mail_domain: str, actor, now: datetime) -> PublicBody:
    """Confirm at once, from now on, who signs up with an address of this domain; empty: nobody. Idempotent.

    Raise ValidationError with code "invalid_domain", or "shared_domain" for one where anybody has an address.
    """
    body = PublicBody.objects.select_for_update(of=("self",)).select_related("area").get(pk=body.pk)
    before, body.mail_domain = body.mail_domain, mail_domain
    body.full_clean()
    if body.mail_domain != before:
        body.save(update_fields=["mail_domain"])
        area = body.area.slug if body.area else ""
        values = {"before": {"mail_domain": before}, "after": {"mail_domain": body.mail_domain}}
        record("set_mail_domain", body, actor=actor, now=now, area=area, **values)
    return body
