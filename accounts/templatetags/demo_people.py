"""The invented people of the demonstration, for the login page."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.demo import PASSWORD
from accounts.models import User
from journal.permissions import is_demo_here

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_people(context) -> list[User]:
    """Nobody, unless this is the demonstration and the request comes from this very computer."""
    request = context.get("request")
    if not (request and is_demo_here(request)):
        return []
    people = User.objects.filter(is_demo=True, is_active=True).prefetch_related(
        "roles__area", "roles__body__area", "employments__body"
    )
    return sorted(map(_described, people), key=lambda person: (not person.shown_role, person.last_name))


@register.simple_tag(takes_context=True)
def demo_password(context) -> str:
    """The password of the invented people, shown to them alone: on the demonstration, on this very computer."""
    request = context.get("request")
    return PASSWORD if request and is_demo_here(request) else ""


def _described(person: User) -> User:
    today = timezone.localdate()
    roles = [role for role in person.roles.all() if not role.ended_at and (role.until is None or role.until >= today)]
    person.shown_role = ", ".join(str(role) for role in roles)
    bodies = ", ".join(str(employment.body) for employment in person.employments.all())
    person.demo_role = person.shown_role or _("municipal officer, %(bodies)s") % {"bodies": bodies}
    return person
