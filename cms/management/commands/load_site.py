from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from cms.actions import load_site
from cms.demo import seed_news, seed_report


class Command(BaseCommand):
    help = "Set up the site at SITE_URL: home, sections, area pages, texts, permissions. Safe to run again."

    def handle(self, **options):
        created = load_site(now=timezone.now())
        if settings.DEMO:
            created += seed_news(now=timezone.now())
            seed_report(now=timezone.now())
        self.stdout.write(f"{created} pages created")
