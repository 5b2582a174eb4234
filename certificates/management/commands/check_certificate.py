from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from certificates.actions import check_file


class Command(BaseCommand):
    help = "Say what a PDF tells and whether it is one of the certificates that were issued, unchanged."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            report = check_file(file.read_bytes())
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        self.stdout.write(f"title    {report.title or '-'}\ncode     {report.code or '-'}\nSHA-256  {report.sha256}")
        if report.certificate:
            self._describe(report.certificate)
        if not report.is_ours:
            raise CommandError("This file is not one that was issued: it was changed, saved again, or is not ours.")
        self.stdout.write("This file is the one that was issued, unchanged.")

    def _describe(self, certificate):
        snapshot = certificate.snapshot
        self.stdout.write(f"number   {certificate.number}, {certificate.public_state}")
        self.stdout.write(f"person   {'erased' if certificate.is_erased else certificate.full_name}")
        self.stdout.write(f"about    {snapshot['title']}, {certificate.credit_minutes} minutes")
