from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.actions.course_export import export_course
from courses.models import CoursePage
from lib.archives import write_folder, write_zip


class Command(BaseCommand):
    help = "Write a whole course into a new folder, or into a .zip file. A folder or file that is there is not touched."

    def add_arguments(self, parser):
        parser.add_argument("code")
        parser.add_argument("target", type=Path)

    def handle(self, *, code, target: Path, **options):
        course = CoursePage.objects.filter(code=code).first()
        if course is None:
            raise CommandError(f"There is no course {code}.")
        if target.exists():
            raise CommandError(f"{target} is there already.")
        files = export_course(course)
        if target.suffix == ".zip":
            target.write_bytes(write_zip(files))
        else:
            write_folder(files, target)
        self.stdout.write(f"{len(files)} files written")
