"""Whatever is published, withdrawn, moved or deleted: the credit of a course stays the sum of its steps, and who is on
the way is told."""

from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published, page_unpublished, post_page_move

from accounts.signals import person_copied, person_erased, staff_moved
from courses.actions import erase_learner
from courses.actions.catalogue import note_change, open_in_own_time, refresh_credit
from courses.actions.erasure import rows_about
from courses.actions.moving import carry_learning_over, open_to_successor
from courses.models import CourseChange, CoursePage, LessonPage, LiveStepPage, QuizPage
from courses.models.change import says_the_same
from territory.signals import body_merged

Kind = CourseChange.Kind


@receiver([page_published, page_unpublished], sender=LessonPage)
@receiver([page_published, page_unpublished], sender=QuizPage)
@receiver([page_published, page_unpublished], sender=LiveStepPage)
def step_changed(sender, instance, signal, **kwargs):
    is_first = instance.first_published_at == instance.last_published_at
    kind = Kind.REMOVED if signal is page_unpublished else Kind.ADDED if is_first else Kind.CHANGED
    is_news = kind != Kind.CHANGED or not says_the_same(instance, kwargs["revision"])
    for course in CoursePage.objects.parent_of(instance):
        refresh_credit(course)
        if is_news:
            note_change(course, instance, kind, now=timezone.now())


@receiver(page_published, sender=CoursePage)
def course_published(sender, instance, **kwargs):
    """A draft carries the credit of the day it was written; an open online course needs its edition."""
    refresh_credit(instance)
    open_in_own_time(instance, now=timezone.now())


@receiver(post_delete, sender=LessonPage)
@receiver(post_delete, sender=QuizPage)
@receiver(post_delete, sender=LiveStepPage)
def step_deleted(sender, instance, **kwargs):
    for course in CoursePage.objects.filter(path=instance.path[: -instance.steplen]):
        refresh_credit(course)


@receiver(post_page_move)
def step_moved(sender, parent_page_before, parent_page_after, **kwargs):
    for course in CoursePage.objects.filter(pk__in=[parent_page_before.pk, parent_page_after.pk]):
        refresh_credit(course)


@receiver(person_copied, dispatch_uid="copy_learning")
def copy_learning(sender, person, **kwargs):
    return rows_about(person)


@receiver(person_erased, dispatch_uid="erase_learner")
def forget_learner(sender, person, now, **kwargs):
    erase_learner(person, now=now)


@receiver(staff_moved, dispatch_uid="carry_learning_over")
def learn_on_elsewhere(sender, moves, **kwargs):
    carry_learning_over(moves)


@receiver(body_merged, dispatch_uid="open_to_successor")
def go_on_for_the_successor(sender, body, successor, now, **kwargs):
    open_to_successor(body, successor=successor, today=timezone.localdate(now))
