from django.core.management.base import BaseCommand
from django.utils import timezone

from courses.actions.content import load_courses


class Command(BaseCommand):
    help = "Create the catalogue's courses from the files of the project. Safe to run again: nothing is overwritten."

    def handle(self, **options):
        self.stdout.write(f"{load_courses(now=timezone.now())} courses created")
