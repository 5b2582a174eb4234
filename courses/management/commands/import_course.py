from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.actions.content import import_course
from courses.models import CatalogueIndexPage
from lib.archives import ArchiveError, read_folder, read_zip


class Command(BaseCommand):
    help = "Make a course of a folder or .zip file: all of it, or nothing and the name of the file that is wrong."

    def add_arguments(self, parser):
        parser.add_argument("source", type=Path)

    def handle(self, *, source: Path, **options):
        try:
            files = read_folder(source) if source.is_dir() else read_zip(BytesIO(source.read_bytes()))
            course = import_course(files, index=CatalogueIndexPage.objects.get(), now=timezone.now())
        except (ArchiveError, OSError) as broken:
            raise CommandError(str(broken)) from broken
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write(f"{course.code}: {course.get_children().count()} steps")
