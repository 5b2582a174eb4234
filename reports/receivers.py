"""What the accounts tell us, inside their transactions."""

from django.dispatch import receiver

from accounts.signals import staff_left
from reports.actions import tell_of_lost_themes


@receiver(staff_left, dispatch_uid="tell_of_lost_themes")
def warn_of_lost_themes(sender, employments, now, **kwargs):
    tell_of_lost_themes(employments, now=now)
