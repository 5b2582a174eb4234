"""What allauth tells us."""

from allauth.account.signals import email_confirmed
from django.dispatch import receiver
from django.utils import timezone

from accounts.actions import confirm_by_mail_domain


@receiver(email_confirmed, dispatch_uid="confirm_by_mail_domain")
def confirm_employments(sender, email_address, **kwargs):
    confirm_by_mail_domain(user=email_address.user, now=timezone.now())
