"""The private calendar address: made, replaced, revoked."""

import secrets
from datetime import datetime

from django.db import transaction

from accounts.models import User
from journal.actions import record
from tutorship.models.feed import FeedToken, digest_of


@transaction.atomic
def make_feed(user: User, *, now: datetime) -> str:
    """Return the token of a new address, which is shown this once; an older one is dead from now on."""
    token = secrets.token_urlsafe(32)
    defaults = {"digest": digest_of(token), "made_at": now}
    row, _is_new = FeedToken.objects.update_or_create(user=user, defaults=defaults)
    record("make_feed", row, actor=user, now=now)
    return token


@transaction.atomic
def revoke_feed(user: User, *, now: datetime) -> None:
    row = FeedToken.objects.select_for_update(of=("self",)).filter(user=user).first()
    if row:
        record("revoke_feed", row, actor=user, now=now)
        row.delete()
