from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from territory.actions import import_territory
from territory.actions.loading import DATA


class Command(BaseCommand):
    help = "Load the 14 inner areas, the 1,502 municipalities and the programme's facts. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument(
            "--folder", type=Path, default=DATA, help="where the three files are, if not in the project"
        )

    def handle(self, *, folder, **options):
        try:
            job = import_territory(now=timezone.now(), folder=folder)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if job is None:
            self.stdout.write("Territory: up to date")
        else:
            self.stdout.write(f"Territory: {job.outcome['added']} bodies added, {job.outcome['changed']} changed")
