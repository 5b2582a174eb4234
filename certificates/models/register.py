"""The register that numbers certificates."""

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
        COURSE = "course", _("participation")
        RESULT = "result", _("participation with result")
        WORKSHOP = "workshop", _("attendance of a workshop")
        TUTORING = "tutoring", _("tutoring statement")
        TEACHING = "teaching", _("statement for tutors and teachers")
        YEAR = "year", _("hours of a year")
        BOOKLET = "booklet", _("training booklet")

        @classmethod
        def statements(cls) -> set[str]:
            """The kinds that sum up a person's lines; the others certify one completion."""
            return {cls.TUTORING, cls.TEACHING, cls.YEAR, cls.BOOKLET}

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

    def number(self, sequence: int) -> str:
        """ "2026/000123" for participation, with a letter in front for the other kinds: no number exists twice."""
        return f"{PREFIXES[self.kind]}{self.year}/{sequence:06}"


PREFIXES = {
    Register.Kind.COURSE: "",
    Register.Kind.RESULT: "P-",
    Register.Kind.WORKSHOP: "L-",
    Register.Kind.TUTORING: "T-",
    Register.Kind.TEACHING: "D-",
    Register.Kind.YEAR: "O-",
    Register.Kind.BOOKLET: "F-",
}
