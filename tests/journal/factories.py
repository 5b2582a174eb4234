import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from journal.models import OutgoingMail


class OutgoingMailFactory(DjangoModelFactory):
    class Meta:
        model = OutgoingMail

    key = factory.Sequence(lambda n: f"news:{n}")
    recipient = "lucia.moro@example.org"
    subject = "Confermato: tutoraggio appalti"
    text = "Appuntamento lunedì alle 10.\n"
    created_at = factory.LazyFunction(timezone.now)
    not_before = factory.SelfAttribute("created_at")
