import json
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.demo import PASSWORD, seed_people, totp_secret
from accounts.models import User

APPS = ["territory", "courses", "tutorship", "certificates", "reports"]  # in this order: each builds on the ones before


class Command(BaseCommand):
    help = "Make the invented people of the demonstration and what they did. Only with DEMO, safe to run again."

    def add_arguments(self, parser):
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print each person with password and secret"
        )

    def handle(self, *, as_json: bool, **options):
        if not settings.DEMO:
            raise CommandError("Demonstration people exist with DEMO=1 only, on this very computer.")
        if User.objects.exists() and not User.objects.filter(is_demo=True).exists():
            raise CommandError(_("This database holds real people: the demonstration needs a VAR_DIR of its own."))
        now = timezone.now()
        with translation.override("it"):
            cast = seed_people(now)
            for app in APPS:
                if find_spec(f"{app}.demo"):
                    import_module(f"{app}.demo").seed(cast, now=now)
            self.stdout.write(listed(cast) if as_json else f"Demonstration: {len(cast)} people")


def listed(cast: dict[str, User]) -> str:
    people = [
        {
            "key": key,
            "role": _role(user),
            "name": str(user),
            "email": user.email,
            "password": PASSWORD,
            "totp_secret": totp_secret(user),
        }
        for key, user in cast.items()
    ]
    return json.dumps(people, ensure_ascii=False, indent=1)


def _role(user: User) -> str:
    roles = {role.get_role_display() for role in user.roles.filter(ended_at=None)}
    return ", ".join(sorted(roles)) or "operatore comunale"
