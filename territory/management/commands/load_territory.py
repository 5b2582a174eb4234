from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from territory.actions import import_territory


class Command(BaseCommand):
    help = "Load the 14 inner areas, the 1,502 municipalities and the programme's facts. Safe to run again."

    def handle(self, **options):
        try:
            job = import_territory(now=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if job is None:
            self.stdout.write("Territory: up to date")
        else:
            self.stdout.write(f"Territory: {job.outcome['added']} bodies added, {job.outcome['changed']} changed")
