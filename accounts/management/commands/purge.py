from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.actions import purge


class Command(BaseCommand):
    help = "Say what is kept longer than the RETENTION_… settings allow; with --apply take it out. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="take it out, not only count it")

    def handle(self, *, apply, **options):
        for name, count in purge(apply=apply, now=timezone.now()).items():
            self.stdout.write(f"{name}: {count} {'taken out' if apply else 'over their time'}")
