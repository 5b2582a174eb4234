"""What the programme publishes: pillars, objectives, criteria, funding."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pillar(models.Model):
    """A pillar of the regional development programme (PRSS)."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["number"]

    def __str__(self):
        return self.name


class Objective(models.Model):
    """An operational objective of the inner-areas strategy."""

    code = models.CharField(_("code"), max_length=5, unique=True)
    text = models.CharField(_("text"), max_length=200)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.text


class SelectionCriterion(models.Model):
    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    name = models.CharField(_("name"), max_length=150)

    class Meta:
        ordering = ["number"]

    def __str__(self):
        return self.name


class FundingSource(models.Model):
    code = models.CharField(_("code"), max_length=5, unique=True)
    name = models.CharField(_("name"), max_length=100)
    amount_eur = models.PositiveBigIntegerField(_("amount in euro"))

    class Meta:
        ordering = ["-amount_eur"]

    def __str__(self):
        return self.name
