from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from cms.actions import load_site
from cms.demo import seed_news


class Command(BaseCommand):
    help = "Set up the site at SITE_URL: home, sections, area pages, texts, permissions. Safe to run again."

    def handle(self, **options):
        created = load_site(now=timezone.now())
        news = seed_news(now=timezone.now()) if settings.DEMO else 0
        self.stdout.write(f"{created + news} pages created")
