"""What people tell us about barriers on these pages."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessibilityReport(models.Model):
    """One report from the feedback form; the law asks for an answer within 30 days."""

    page = models.CharField(_("page"), max_length=250, blank=True)
    text = models.TextField(_("what did not work"), max_length=4000)
    mail = models.EmailField(_("address for the answer"), blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(_("sent"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("accessibility report")
        verbose_name_plural = _("accessibility reports")

    def __str__(self):
        return self.page or str(_("page not given"))
