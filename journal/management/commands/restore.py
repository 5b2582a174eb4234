from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from lib.backups import BackupError, restore


class Command(BaseCommand):
    help = "Put back a copy made by `backup`. Replaces everything that is there: stop web and worker first."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--replace", action="store_true", help="yes, replace what is there")

    def handle(self, *, folder, replace, **options):
        if not replace:
            raise CommandError("This replaces every row and every file of the site. Repeat with --replace to do it.")
        try:
            restore(folder)
        except BackupError as error:
            raise CommandError(f"Nothing was changed: {error}") from error
        self.stdout.write(f"Restored from {folder}")
