"""The register that numbers certificates, and the frozen wording they are printed from."""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise PermissionDenied("These rows are append-only.")

    def delete(self):
        raise PermissionDenied("These rows are append-only.")


class AppendOnlyModel(models.Model):
    """What was printed, stored or done stays as it was."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise PermissionDenied("These rows are append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise PermissionDenied("These rows are append-only.")


class Register(models.Model):
    """One register per kind and year of Rome. Who holds its row's lock takes the next number: no gap, no twin."""

    class Kind(models.TextChoices):
        COURSE = "course", _("course completed")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    year = models.PositiveSmallIntegerField(_("year"))
    next_number = models.PositiveIntegerField(_("next number"), default=1)

    class Meta:
        ordering = ["-year", "kind"]
        verbose_name = _("register")
        verbose_name_plural = _("registers")
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="one_register_per_kind_and_year")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.year}"


class TemplateVersion(AppendOnlyModel):
    """The wording and look of a certificate as they once were: a later change never touches what was promised."""

    sha256 = models.CharField(max_length=64, unique=True)  # of wording and look together
    html = models.TextField(_("wording"))
    css = models.TextField(_("look"))
    created_at = models.DateTimeField(_("in use from"))

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("certificate template")
        verbose_name_plural = _("certificate templates")

    def __str__(self):
        return self.sha256[:12]
