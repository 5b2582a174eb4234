from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.actions import differences, recount


class Command(BaseCommand):
    help = "Compare the summary rows of the overview with the facts; with --rebuild count them anew first."

    def add_arguments(self, parser):
        parser.add_argument("--rebuild", action="store_true", help="throw the summary rows away and count them anew")

    def handle(self, *, rebuild, **options):
        if rebuild:
            recount()
        found = [str(row) for row in differences(today=timezone.localdate())]
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} numbers differ; run check_figures --rebuild")
        self.stdout.write("every number agrees with the facts")
