from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.utils.translation import gettext as _

from accounts.models import User
from lib.database_state import unknown_migrations

LOADERS = ["load_territory", "load_policy", "load_site", "load_courses"]


class Command(BaseCommand):
    help = "Bring the database up to date and load what the software ships. Safe to run again: after every update."
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, **options):
        self.migrate(verbosity=options["verbosity"])
        self.refuse_invented_people()
        for name in LOADERS:
            call_command(name, stdout=self.stdout)

    def refuse_invented_people(self):
        """Everybody knows the passwords of the demonstration: its database never becomes a real site."""
        if not settings.DEMO and User.objects.filter(is_demo=True).exists():
            raise CommandError(
                _(
                    "The database holds the invented people of the demonstration: "
                    "start the real site with another VAR_DIR (or another DATABASE_URL), or delete this one."
                )
            )

    def migrate(self, *, verbosity: int):
        if newer := unknown_migrations(settings.LOCAL_APPS):
            raise CommandError(
                _("The database was made by a newer version of the software (%(names)s): update the software first.")
                % {"names": ", ".join(newer)}
            )
        try:
            call_command("migrate", interactive=False, verbosity=max(0, verbosity - 1), stdout=self.stdout)
        except (DatabaseError, InconsistentMigrationHistory) as error:
            raise CommandError(
                _("The database comes from an older version and could not be brought up to date: %(reason)s")
                % {"reason": error}
            ) from error
