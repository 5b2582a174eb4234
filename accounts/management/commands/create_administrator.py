import os
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import create_administrator
from accounts.models import RoleAssignment, User


class Command(BaseCommand):
    help = "Create the first ANCI coordinator. Asks what is not given; the password may stand in ADMIN_PASSWORD."

    def add_arguments(self, parser):
        parser.add_argument("--email")
        parser.add_argument("--first-name")
        parser.add_argument("--last-name")
        parser.add_argument("--if-none", action="store_true", help="do nothing when there is an ANCI coordinator")

    def handle(self, *, email, first_name, last_name, if_none, **options):
        if if_none and RoleAssignment.objects.administrators().exists():
            return
        try:
            email = email or input(_("E-mail address of the first administrator: "))
            first_name = first_name or input(_("First name: "))
            last_name = last_name or input(_("Last name: "))
            password = os.environ.get("ADMIN_PASSWORD") or getpass(_("Password (at least 12 characters): "))
            validate_password(password, User(email=email, first_name=first_name, last_name=last_name))
            user = create_administrator(
                email=email, password=password, first_name=first_name, last_name=last_name, now=timezone.now()
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except EOFError as error:
            text = _("There is nobody to ask: give --email, --first-name, --last-name and ADMIN_PASSWORD.")
            raise CommandError(text) from error
        text = _("Administrator: %(email)s. The second step is set up at the first login.")
        self.stdout.write(text % {"email": user.email})
