from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lib.backups import BackupError, back_up


class Command(BaseCommand):
    help = "Copy the database, the media and the private files into a new folder, while the site is running."

    def add_arguments(self, parser):
        parser.add_argument("target", nargs="?", type=Path, default=settings.VAR_DIR / "backups")

    def handle(self, *, target, **options):
        try:
            self.stdout.write(str(back_up(target, now=timezone.now())))
        except (BackupError, OSError) as error:
            raise CommandError(f"The copy was not made: {error}") from error
