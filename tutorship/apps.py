from importlib import import_module

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from tutorship import guards


class TutorshipConfig(AppConfig):
    name = "tutorship"
    verbose_name = _("Tutorship")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("tutorship.receivers")
        post_migrate.connect(install_guards, sender=self)


def install_guards(sender, using, **_kwargs):
    """SQLite loses triggers whenever Django rebuilds the table."""
    guards.install(connections[using])
