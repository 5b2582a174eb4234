from importlib import import_module

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from reports import guards


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("reports.receivers")
        pre_migrate.connect(remove_triggers, sender=self)
        post_migrate.connect(prepare, sender=self)


def remove_triggers(sender, using, plan=(), **_kwargs):
    """No engine lets a migration rebuild a table that a trigger reads."""
    if plan:
        guards.remove(connections[using])


def prepare(sender, using, **_kwargs):
    from reports.actions import prepare_summary  # noqa: PLC0415 - the apps are not ready when this file is read

    if "reports_span" in connections[using].introspection.table_names():
        prepare_summary(using=using)
