"""What answers, attempts and questions are worth. Pure: no database, no clock."""

from courses.scoring.answers import Given, clean, fitting, percent, question_percent, right_pairs
from courses.scoring.attempts import Counting, attempt_percent, counting_percent, mean, waiting
from courses.scoring.items import MINIMUM, Item, analyse, taken
from courses.scoring.kinds import ANY, CHOOSING, GAP, SINGLE, WRITTEN, Kind
from courses.scoring.numbers import read_number
from courses.scoring.review import What, When, seen
from courses.scoring.soundness import Flaw, Option, flaws
from courses.scoring.timing import deadline, next_start

__all__ = [
    "ANY",
    "CHOOSING",
    "GAP",
    "MINIMUM",
    "SINGLE",
    "WRITTEN",
    "Counting",
    "Flaw",
    "Given",
    "Item",
    "Kind",
    "Option",
    "What",
    "When",
    "analyse",
    "attempt_percent",
    "clean",
    "counting_percent",
    "deadline",
    "fitting",
    "flaws",
    "mean",
    "next_start",
    "percent",
    "question_percent",
    "read_number",
    "right_pairs",
    "seen",
    "taken",
    "waiting",
]
