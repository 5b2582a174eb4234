from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lib.front_files import cut_front_files

PACKAGE = settings.BASE_DIR / "node_modules" / "bootstrap-italia" / "dist"


class Command(BaseCommand):
    help = "Cut the style sheet, the fonts and the icons that the pages use from the front-end packages."
    requires_system_checks = []

    def handle(self, **options):
        if not PACKAGE.exists():
            raise CommandError("The front-end packages are missing: npm ci --ignore-scripts")
        folders = [settings.BASE_DIR / "templates", *(settings.BASE_DIR / app for app in settings.LOCAL_APPS)]
        sources = [path for folder in folders for kind in ("html", "py") for path in folder.rglob(f"*.{kind}")]
        icons = cut_front_files(PACKAGE, sources=sources, target=settings.FRONT_DIR / "front")
        self.stdout.write(f"{len(icons)} icons")
