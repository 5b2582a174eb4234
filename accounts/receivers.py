"""What allauth and the territory tell us."""

from allauth.account.signals import email_changed, email_confirmed
from django.dispatch import receiver
from django.utils import timezone

from accounts.actions import confirm_by_mail_domain, move_staff
from journal.actions import readdress_mail
from territory.signals import body_merged


@receiver(email_confirmed, dispatch_uid="confirm_by_mail_domain")
def confirm_employments(sender, email_address, **kwargs):
    confirm_by_mail_domain(user=email_address.user, now=timezone.now())


@receiver(email_changed, dispatch_uid="readdress_mail")
def take_messages_along(sender, user, from_email_address, to_email_address, **kwargs):
    if from_email_address:
        readdress_mail(from_email_address.email, to_email_address.email, since=user.date_joined)


@receiver(body_merged, dispatch_uid="move_staff")
def move_staff_of_merged(sender, body, successor, first_on, actor, now, **kwargs):
    move_staff(body, successor=successor, first_on=first_on, actor=actor, now=now)
