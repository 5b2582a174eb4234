from courses.models.attempt import Answer, Attempt
from courses.models.catalogue import CatalogueIndexPage, CoursePage
from courses.models.decision import CompletionDecision
from courses.models.edition import Edition, LiveSession
from courses.models.enrolment import Enrolment, StepProgress
from courses.models.live import Attendance, LiveStepPage, Presence
from courses.models.margin import Margin
from courses.models.material import ActTemplate, CourseFile
from courses.models.outlook import Outlook
from courses.models.prerequisite import Prerequisite
from courses.models.question import Choice, Question, QuizQuestion
from courses.models.recording import Recording, Watching
from courses.models.seat_request import SeatRequest
from courses.models.step import LessonPage, QuizPage, Step

__all__ = [
    "ActTemplate",
    "Answer",
    "Attempt",
    "Attendance",
    "CatalogueIndexPage",
    "Choice",
    "CompletionDecision",
    "CourseFile",
    "CoursePage",
    "Edition",
    "Enrolment",
    "LessonPage",
    "LiveSession",
    "LiveStepPage",
    "Margin",
    "Outlook",
    "Prerequisite",
    "Presence",
    "Question",
    "QuizPage",
    "QuizQuestion",
    "Recording",
    "SeatRequest",
    "Step",
    "StepProgress",
    "Watching",
]
