"""The person. The e-mail address is the login; there is no user name."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models.employment import Employment
from accounts.models.role import RoleAssignment, Scope
from territory.models import Area, PublicBody

name_validator = RegexValidator(  # a name that begins with "=" or "+" would be a formula in a sheet
    r"^[^\W\d_][^<>{}\x00-\x1f]*$",
    _("A name begins with a letter and holds letters, spaces, apostrophes and hyphens."),
)


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Oneself; a referent's, a coordinator's confirmed staff; everybody for ANCI."""
        scope = user.scope
        if scope.is_anci:
            return self
        confirmed = Employment.objects.current(on=timezone.localdate()).confirmed().filter(user=OuterRef("pk"))
        reach = Q(body__in=scope.body_ids) | Q(body__area__in=scope.area_ids)
        return self.filter(Q(pk=user.pk) | Exists(confirmed.filter(reach)))

    def manageable_by(self, user):
        """Whom the people pages list: who works, or says to work, or has a role in the own areas and bodies."""
        scope, today = user.scope, timezone.localdate()
        if scope.is_anci:
            return self
        works = Employment.objects.current(on=today).filter(user=OuterRef("pk"), refused_at=None)
        serves = RoleAssignment.objects.current(on=today).filter(user=OuterRef("pk"), area__in=scope.area_ids)
        works_here = works.filter(Q(body__in=scope.body_ids) | Q(body__area__in=scope.area_ids))
        return self.filter(Exists(works_here) | Exists(serves))

    def annotate_has_training_page(self, viewer):
        """Add `has_training_page`: a confirmed employment, of today or of once, that the viewer's roles answer for."""
        scope, works = viewer.scope, Employment.objects.confirmed().filter(user=OuterRef("pk"))
        if not scope.is_anci:
            works = works.filter(Q(body__in=scope.body_ids) | Q(body__area__in=scope.area_ids))
        return self.annotate(has_training_page=Exists(works))

    def named_like(self, words: str):
        """People whose name or address holds every word."""
        found = self
        for word in words.split()[:8]:
            name = Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
            found = found.filter(name)
        return found

    def narrowed_to(
        self, *, viewer, area: Area | None = None, body: PublicBody | None = None, role: str = "", state: str = ""
    ):
        """The filters of the people pages: they ask only the employments and roles that the viewer may see."""
        today, person = timezone.localdate(), OuterRef("pk")
        employments = Employment.objects.visible_to(viewer).current(on=today).filter(user=person, refused_at=None)
        roles = RoleAssignment.objects.visible_to(viewer).current(on=today).filter(user=person)
        found = self
        if area:
            found = found.filter(Exists(employments.filter(body__area=area)) | Exists(roles.filter(area=area)))
        if body:
            found = found.filter(Exists(employments.filter(body=body)))
        if role:
            found = found.filter(Exists(roles.filter(role=role)))
        states = {
            "confirmed": Exists(employments.confirmed()),
            "awaiting": Exists(employments.awaiting()),
            "none": ~Exists(employments),
        }
        return found.filter(states[state]) if state in states else found


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=60, validators=[name_validator])
    last_name = models.CharField(_("last name"), max_length=60, validators=[name_validator])
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)  # the invented people of `seed_demo`
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_address")]

    def __str__(self):
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name

    @cached_property
    def scope(self) -> Scope:
        """What this person's roles of today reach; one query, kept for the request."""
        roles = RoleAssignment.objects.current(on=timezone.localdate()).filter(user=self).select_related("area")
        return Scope.of(roles.only("role", "area_id", "body_id", "area__slug"))
