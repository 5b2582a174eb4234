"""Roles with a scope: what a person may see and do beyond the own training."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from territory.models import Area, PublicBody


class RoleAssignmentQuerySet(models.QuerySet):
    def current(self, *, on: date):
        return self.filter(Q(until=None) | Q(until__gte=on), ended_at=None)

    def administrators(self):
        """The ANCI coordinators of this site; the invented one of the demonstration does not count."""
        return self.filter(role=RoleAssignment.Role.ANCI, ended_at=None, user__is_demo=False)

    def visible_to(self, user):
        """ANCI sees every role; coordinators the ones of their areas; everybody the own."""
        scope = user.scope
        if scope.is_anci:
            return self
        reach = Q(area__in=scope.area_ids) | Q(body__area__in=scope.area_ids)
        return self.filter(Q(user=user) | reach)


class RoleAssignment(models.Model):
    class Role(models.TextChoices):
        TUTOR = "tutor", _("tutor")
        REFERENT = "referent", _("referent of a body")
        COORDINATOR = "coordinator", _("area coordinator")
        ANCI = "anci", _("ANCI coordinator")
        EDITOR = "editor", _("editor")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="roles", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=12, choices=Role)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("inner area")
    )
    body = models.ForeignKey(
        PublicBody, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("body")
    )
    until = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["role", "pk"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                name="role_has_its_scope",
                condition=Q(role__in=["tutor", "coordinator"], area__isnull=False, body=None)
                | Q(role="referent", area=None, body__isnull=False)
                | Q(role__in=["anci", "editor"], area=None, body=None),
                violation_error_message=_(
                    "Tutors and coordinators need an area, referents a body, the others neither."
                ),
            ),
            *(
                models.UniqueConstraint(
                    fields=["user", "role", *scope],
                    condition=Q(ended_at=None, **{f"{name}__isnull": name not in scope for name in ("area", "body")}),
                    name=f"one_open_role_per_{'_'.join(scope) or 'person'}",
                    violation_error_message=_("This person already has this role."),
                )
                for scope in (["area"], ["body"], [])
            ),
        ]

    def __str__(self):
        where = self.area or self.body
        return f"{self.get_role_display()}, {where}" if where else self.get_role_display()


@dataclass(frozen=True)
class Scope:
    """What a person's roles reach. Ids only, so that a QuerySet filters by them without another query."""

    is_anci: bool = False
    is_editor: bool = False
    area_ids: frozenset[int] = frozenset()  # coordinated areas
    area_slugs: frozenset[str] = frozenset()
    body_ids: frozenset[int] = frozenset()  # bodies whose referent the person is
    tutor_area_ids: frozenset[int] = frozenset()

    @classmethod
    def of(cls, assignments: Iterable[RoleAssignment]) -> "Scope":
        assignments, Role = list(assignments), RoleAssignment.Role
        by_role = {role: [a for a in assignments if a.role == role] for role in Role}
        return cls(
            is_anci=bool(by_role[Role.ANCI]),
            is_editor=bool(by_role[Role.EDITOR]),
            area_ids=frozenset(a.area_id for a in by_role[Role.COORDINATOR]),
            area_slugs=frozenset(a.area.slug for a in by_role[Role.COORDINATOR]),
            body_ids=frozenset(a.body_id for a in by_role[Role.REFERENT]),
            tutor_area_ids=frozenset(a.area_id for a in by_role[Role.TUTOR]),
        )

    @property
    def is_tutor(self) -> bool:
        return bool(self.tutor_area_ids)

    @property
    def is_coordinator(self) -> bool:
        """Whether the "Coordinamento" pages exist for this person."""
        return self.is_anci or bool(self.area_ids)

    @property
    def is_referent(self) -> bool:
        return bool(self.body_ids)

    @property
    def needs_second_factor(self) -> bool:
        return self.is_anci or self.is_editor

    def staff(self, employment: str = "employment") -> Q:
        """The filter for rows of confirmed staff, by the snapshot of body and area; `employment` is a field path."""
        answered = Q(body__in=self.body_ids) | Q(area__in=self.area_ids)
        return answered & Q(**{f"{employment}__confirmed_at__isnull": False})

    def rows(self, *, user_id: int, person: str = "user", body: str = "body", area: str = "area") -> Q:
        """The filter for rows that carry a person and the snapshot of a body and an area.

        The three names are field paths. ANCI gets every row, an empty role set only the own ones.
        """
        if self.is_anci:
            return Q()
        return Q(**{person: user_id}) | Q(**{f"{body}__in": self.body_ids}) | Q(**{f"{area}__in": self.area_ids})
