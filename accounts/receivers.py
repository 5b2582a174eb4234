"""What allauth and the territory tell us."""

from allauth.account.signals import email_confirmed
from django.dispatch import receiver
from django.utils import timezone

from accounts.actions import confirm_by_mail_domain, move_staff
from territory.signals import body_merged


@receiver(email_confirmed, dispatch_uid="confirm_by_mail_domain")
def confirm_employments(sender, email_address, **kwargs):
    confirm_by_mail_domain(user=email_address.user, now=timezone.now())


@receiver(body_merged, dispatch_uid="move_staff")
def move_staff_of_merged(sender, body, successor, first_on, actor, now, **kwargs):
    move_staff(body, successor=successor, first_on=first_on, actor=actor, now=now)
