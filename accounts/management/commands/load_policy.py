from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.actions import publish_policy

VERSION, PUBLISHED_ON = "1.0", date(2026, 11, 1)
TEXT = Path(__file__).resolve().parents[2] / "data" / "privacy.md"


class Command(BaseCommand):
    help = "Publish the privacy page that the software ships. Safe to run again: a version is never rewritten."

    def handle(self, **options):
        text = TEXT.read_text(encoding="utf-8")
        policy = publish_policy(version=VERSION, published_on=PUBLISHED_ON, text=text, now=timezone.now())
        self.stdout.write(f"Privacy page: version {policy}")
