from django.core.management.base import BaseCommand

from courses import gift
from courses.actions.questions import as_gift
from courses.models import Question


class Command(BaseCommand):
    help = "Write questions of the bank as GIFT, all or those of some tags. Changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--tag", action="append", default=[], help="only questions with one of these tags")

    def handle(self, *, tag, **options):
        questions = Question.objects.prefetch_related("choices", "tagged_items__tag")
        if tag:
            questions = questions.filter(tags__name__in=tag).distinct()
        self.stdout.write(gift.write(as_gift(questions)), ending="")
