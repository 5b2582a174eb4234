from datetime import date

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from territory.actions import merge_bodies
from territory.models import PublicBody


class Command(BaseCommand):
    help = "Let municipalities end and their successor go on, by ISTAT codes. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("codes", nargs="+", help="of the municipalities that end")
        parser.add_argument("--into", required=True, help="code of the successor")
        parser.add_argument("--on", required=True, type=date.fromisoformat, help="first day of the successor")

    def handle(self, *, codes, into, on, **options):
        found = {body.istat_code: body for body in PublicBody.objects.filter(istat_code__in=[*codes, into])}
        if missing := sorted({*codes, into} - set(found)):
            raise CommandError(f"Unknown ISTAT codes: {', '.join(missing)}")
        try:
            bodies = [found[code] for code in codes]
            ended = merge_bodies(bodies, successor=found[into], first_on=on, actor=None, now=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{len(ended)} merged into {found[into].full_name}")
