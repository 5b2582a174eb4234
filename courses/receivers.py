"""Publishing or withdrawing a step changes the credit of its course."""

from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from courses.actions.catalogue import refresh_credit
from courses.models import CoursePage, LessonPage, QuizPage


@receiver([page_published, page_unpublished], sender=LessonPage)
@receiver([page_published, page_unpublished], sender=QuizPage)
def step_changed(sender, instance, **kwargs):
    course = CoursePage.objects.parent_of(instance).first()
    if course:
        refresh_credit(course)
