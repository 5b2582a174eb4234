import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.demo import totp_secret
from accounts.models import User


class Command(BaseCommand):
    help = "Print the six-digit code of a demonstration person's authenticator app."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *, email, **options):
        user = User.objects.filter(email__iexact=email, is_demo=True).first() if settings.DEMO else None
        secret = totp_secret(user) if user else ""
        if not secret:
            raise CommandError(f"{email} is nobody of the demonstration with an authenticator app.")
        counter = int(time.time()) // app_settings.TOTP_PERIOD
        self.stdout.write(format_hotp_value(hotp_value(secret, counter)))
