from courses.models.attempt import Answer, Attempt
from courses.models.catalogue import CatalogueIndexPage, CoursePage
from courses.models.edition import Edition, LiveSession
from courses.models.enrolment import Enrolment, StepProgress
from courses.models.material import ActTemplate
from courses.models.question import Choice, Question, QuizQuestion
from courses.models.step import LessonPage, QuizPage, Step

__all__ = [
    "ActTemplate",
    "Answer",
    "Attempt",
    "CatalogueIndexPage",
    "Choice",
    "CoursePage",
    "Edition",
    "Enrolment",
    "LessonPage",
    "LiveSession",
    "Question",
    "QuizPage",
    "QuizQuestion",
    "Step",
    "StepProgress",
]
