from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.actions.questions import import_questions
from lib.csv_rows import decode


class Command(BaseCommand):
    help = "Store the questions of a GIFT file in the bank: all or none. Safe to run again: nothing is overwritten."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--prefix", default="domanda", help="begins the codes of questions that bring none")
        parser.add_argument("--tag", action="append", default=[], help="for every question; may be repeated")
        parser.add_argument("--skip", action="store_true", help="leave out what cannot be read and store the rest")

    def handle(self, *, file, prefix, tag, skip, **options):
        source = decode(file.read_bytes())
        outcome = import_questions(source, prefix=prefix, tags=tag, skips=skip, now=timezone.now())
        for complaint in outcome.complaints:
            self.stderr.write(f"line {complaint.line}: {complaint.reason} {complaint.text}")
        if outcome.complaints and not outcome.stored:
            raise CommandError("nothing stored")
        self.stdout.write(f"{outcome.stored} questions stored")
