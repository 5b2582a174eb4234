"""Areas, public bodies with their staff, and the bodies that people propose."""

import re
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    """One of the 14 inner areas ("aree interne") of the programme."""

    class Kind(models.TextChoices):
        SNAI = "snai", _("national strategy (SNAI)")
        REGIONAL = "regional", _("regional strategy")

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField(_("number on the map"), unique=True)  # 1 to 14, SNAI areas first
    name = models.CharField(_("name"), max_length=120, unique=True)
    provinces = models.CharField(_("provinces"), max_length=40)
    strategy_title = models.CharField(_("title of the strategy"), max_length=250, blank=True)
    lead_body = models.CharField(_("lead body"), max_length=200, blank=True)
    colour = models.CharField(_("colour on the map"), max_length=7)

    class Meta:
        ordering = ["number"]
        verbose_name = _("inner area")
        verbose_name_plural = _("inner areas")

    def __str__(self):
        return self.name


def slug_of(area: Area | None) -> str:
    """The area whose coordinators read an audit entry; "" for what lies in none."""
    return area.slug if area else ""


DOMAIN = re.compile(r"(?=.{4,100}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}")
SHARED_DOMAINS = {  # anybody has an address there: it says nothing about where one works
    *("alice.it", "aol.com", "fastwebnet.it", "gmail.com", "googlemail.com", "hotmail.com", "hotmail.it", "icloud.com"),
    *(
        "inwind.it",
        "legalmail.it",
        "libero.it",
        "live.com",
        "live.it",
        "me.com",
        "msn.com",
        "outlook.com",
        "outlook.it",
    ),
    *("pec.it", "pec.regione.lombardia.it", "proton.me", "protonmail.com", "tim.it", "tin.it", "tiscali.it"),
    *("virgilio.it", "yahoo.com", "yahoo.it"),
}


def require_own_domain(domain: str) -> None:
    """Raise ValidationError with code "invalid_domain" or "shared_domain"."""
    if not DOMAIN.fullmatch(domain):
        text = _("Write what follows the @ in the addresses of the body, such as comune.campodolcino.so.it.")
        raise ValidationError({"mail_domain": ValidationError(text, code="invalid_domain")})
    if domain in SHARED_DOMAINS:
        text = _("Anybody can have an address at %(domain)s: whoever signs up with one would count as staff.")
        raise ValidationError({"mail_domain": ValidationError(text % {"domain": domain}, code="shared_domain")})


class PublicBodyQuerySet(models.QuerySet):
    def current(self):
        """Bodies that exist today and that the programme has accepted."""
        return self.filter(ceased_on=None, is_proposed=False)

    def municipalities(self):
        return self.filter(kind=PublicBody.Kind.MUNICIPALITY)

    def coordinated_by(self, user):
        """The listed bodies of the areas a person coordinates; all for ANCI."""
        scope = user.scope
        return self.current() if scope.is_anci else self.current().filter(area__in=scope.area_ids)

    def staff_counted_by(self, user):
        """The listed bodies whose staff a person may count: of the coordinated areas, or whose referent one is."""
        scope = user.scope
        reach = Q() if scope.is_anci else Q(area__in=scope.area_ids) | Q(pk__in=scope.body_ids)
        return self.current().filter(reach)

    def offered_to(self, user):
        """Bodies this person may say to work for: the current ones, and the ones the person has proposed."""
        own = BodyProposal.objects.pending().filter(proposed_by=user).values("body")
        return self.filter(Q(is_proposed=False) | Q(pk__in=own), ceased_on=None)

    def in_areas(self):
        return self.filter(area__isnull=False)

    def heirs(self) -> dict[int, int]:
        """Who goes on today with what each merged body knew, through all mergers: one query, keys only."""
        next_of = dict(self.exclude(ceased_on=None).exclude(successor=None).values_list("pk", "successor"))
        heirs = {}
        for old, heir in next_of.items():
            seen = {old}
            while heir in next_of and heir not in seen:
                seen.add(heir)
                heir = next_of[heir]
            heirs[old] = heir
        return heirs

    def named_like(self, words: str):
        """Bodies whose name holds every word, whatever the case; the ones that begin with it come first."""
        found = self
        for word in words.split():
            found = found.filter(name__icontains=word)
        first = models.Case(models.When(name__istartswith=words.strip(), then=0), default=1)
        return found.order_by(first, "name")


class PublicBody(models.Model):
    """A public administration whose staff may learn here."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("municipality")
        MOUNTAIN_COMMUNITY = "mountain_community", _("mountain community")
        UNION = "union", _("union of municipalities")
        PROVINCE = "province", _("province")
        OTHER = "other", _("other body")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.MUNICIPALITY)
    name = models.CharField(_("name"), max_length=150)
    istat_code = models.CharField(_("ISTAT code"), max_length=6, blank=True)
    cadastral_code = models.CharField(_("cadastral code"), max_length=4, blank=True)
    province_code = models.CharField(_("province"), max_length=2, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name=_("inner area")
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population (2020)"), null=True, blank=True)
    surface_km2 = models.FloatField(_("surface in km²"), null=True, blank=True)
    snai_class = models.CharField(_("inner-area class (2020)"), max_length=1, blank=True)
    mail_domain = models.CharField(
        _("mail domain"),
        max_length=100,
        blank=True,
        help_text=_("Who signs up with an address of this domain is confirmed at once."),
    )
    membership_evidence = models.CharField(_("evidence of the area"), max_length=60, blank=True)
    is_proposed = models.BooleanField(_("proposed, not yet accepted"), default=False)
    ceased_on = models.DateField(_("ceased on"), null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("successor"))

    objects = PublicBodyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("public body")
        verbose_name_plural = _("public bodies")
        constraints = [
            models.UniqueConstraint(fields=["istat_code"], condition=~Q(istat_code=""), name="one_body_per_istat_code"),
            models.UniqueConstraint(
                Upper("name"),
                "kind",
                "province_code",
                condition=Q(ceased_on=None),  # whoever goes on may keep the name of one that has ended
                name="one_body_per_name",
                violation_error_message=_("A body of this kind and name is already listed."),
            ),
        ]
        indexes = [models.Index(fields=["area", "kind"])]

    def __str__(self):
        return self.full_name

    def get_absolute_url(self):
        return reverse("reports:body_detail", args=[self.pk])

    def clean(self):
        super().clean()
        self.mail_domain = self.mail_domain.strip().removeprefix("@").lower()
        if self.mail_domain:
            require_own_domain(self.mail_domain)

    @property
    def full_name(self) -> str:
        """The name as on a letter: "Comune di Agra (VA)"."""
        name = _("Municipality of %(name)s") % {"name": self.name} if self.kind == self.Kind.MUNICIPALITY else self.name
        return f"{name} ({self.province_code})" if self.province_code else name


class BodyProposalQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(decided_at=None)

    def visible_to(self, user):
        """ANCI reads every proposal, coordinators the ones for their areas."""
        scope = user.scope
        return self if scope.is_anci else self.filter(area__in=scope.area_ids)


class BodyProposal(models.Model):
    """A person asks for a body that is not listed; the body waits as `is_proposed` until somebody decides."""

    body = models.ForeignKey(PublicBody, models.PROTECT, related_name="proposals", verbose_name=_("body"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="body_proposals")
    proposed_at = models.DateTimeField(_("proposed"))
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("inner area")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    is_accepted = models.BooleanField(_("accepted"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = BodyProposalQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = _("proposed body")
        verbose_name_plural = _("proposed bodies")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "proposed_by"], condition=Q(decided_at=None), name="one_open_proposal_per_person"
            )
        ]

    def __str__(self):
        return str(self.body)


LARGEST_STAFF = 100_000


class StaffCountQuerySet(models.QuerySet):
    def of_the_whole(self, *, on: date):
        """The counts up to a day, but for the ones of before a merger: they count a part, from its first day on."""
        merged_since = PublicBody.objects.filter(
            successor=OuterRef("body"), ceased_on__gte=OuterRef("counted_on"), ceased_on__lt=on
        )
        return self.filter(~Exists(merged_since), counted_on__lte=on)

    def holding(self, *, on: date):
        """The count that holds on a day: of each body the latest one up to it. A body without one is not known."""
        later = self.model.objects.filter(body=OuterRef("body"), counted_on__gt=OuterRef("counted_on"))
        return self.of_the_whole(on=on).filter(~Exists(later.filter(counted_on__lte=on))).order_by()

    def of_body(self, *, on: date):
        """For a subquery over bodies: the counts of each up to a day, the one that holds first."""
        return self.of_the_whole(on=on).filter(body=OuterRef("pk")).order_by("-counted_on")

    def people_by_body(self, *, on: date) -> dict[int, int]:
        return dict(self.holding(on=on).values_list("body_id", "people"))


class StaffCount(models.Model):
    """How many people work at a body, as somebody counted them on a day; it holds until a later count."""

    body = models.ForeignKey(PublicBody, models.PROTECT, related_name="staff_counts", verbose_name=_("body"))
    counted_on = models.DateField(_("day of the count"))
    people = models.PositiveIntegerField(
        _("people on the staff"), validators=[MinValueValidator(1), MaxValueValidator(LARGEST_STAFF)]
    )

    objects = StaffCountQuerySet.as_manager()

    class Meta:
        ordering = ["-counted_on", "-pk"]
        verbose_name = _("count of the staff")
        verbose_name_plural = _("counts of the staff")
        constraints = [
            models.UniqueConstraint(fields=["body", "counted_on"], name="one_staff_count_per_day"),
            models.CheckConstraint(name="staff_of_somebody", condition=Q(people__range=(1, LARGEST_STAFF))),
        ]

    def __str__(self):
        return str(self.body)
