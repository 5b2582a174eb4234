"""A person asks to be erased; the days in between are there to change one's mind."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ErasureRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(withdrawn_at=None, erased_at=None)

    def due(self, *, on: date):
        return self.open().filter(due_on__lte=on)


class ErasureRequest(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="erasure_requests", verbose_name=_("person")
    )
    asked_at = models.DateTimeField(_("asked"))
    due_on = models.DateField(_("erased on"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("request for erasure")
        verbose_name_plural = _("requests for erasure")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(withdrawn_at=None, erased_at=None), name="one_open_erasure_request"
            )
        ]

    def __str__(self):
        return str(self.user)
