"""The private address under which a calendar programme reads a person's appointments."""

import hashlib

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


def digest_of(token: str) -> str:
    """The token has 256 random bits: a plain hash is enough, and finds it in one step."""
    return hashlib.sha256(token.encode()).hexdigest()


class FeedToken(models.Model):
    """One per person; only its hash is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_token")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("private calendar address")
        verbose_name_plural = _("private calendar addresses")

    def __str__(self):
        return str(self.user)


def owner_of(token: str) -> User | None:
    """Whose address this is; nobody's once it is revoked, replaced, or the account is switched off."""
    return User.objects.filter(feed_token__digest=digest_of(token), is_active=True).first()
