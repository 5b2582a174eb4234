"""The privacy page as it stood when a person accepted it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyVersionQuerySet(models.QuerySet):
    def latest_version(self):
        return self.order_by("-published_on", "-pk").first()


class PolicyVersion(models.Model):
    version = models.CharField(_("version"), max_length=20, unique=True)
    published_on = models.DateField(_("published on"))
    text = models.TextField(_("text"))  # Markdown

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on"]
        verbose_name = _("privacy page")
        verbose_name_plural = _("privacy pages")

    def __str__(self):
        return self.version


class PolicyAcceptance(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="policy_acceptances")
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "policy"], name="one_acceptance_per_version")]

    def __str__(self):
        return f"{self.user_id} {self.policy_id}"
