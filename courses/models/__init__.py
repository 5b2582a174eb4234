from courses.models.attempt import Answer, Attempt, Marking
from courses.models.catalogue import CatalogueIndexPage, CoursePage
from courses.models.change import CourseChange
from courses.models.decision import CompletionDecision
from courses.models.edition import Edition, LiveSession
from courses.models.enrolment import Enrolment, StepProgress
from courses.models.glossary import GlossaryTerm
from courses.models.live import Attendance, LiveStepPage, Presence
from courses.models.margin import Margin
from courses.models.material import ActTemplate, CourseFile
from courses.models.outlook import Outlook
from courses.models.prerequisite import Prerequisite
from courses.models.question import Choice, Question
from courses.models.quiz import ExtraTime, QuizDraw, QuizPage, QuizQuestion
from courses.models.recording import Recording, Watching
from courses.models.seat_request import SeatRequest
from courses.models.step import LessonPage, Step
from courses.models.suggestion import suggestions

__all__ = [
    "ActTemplate",
    "Answer",
    "Attempt",
    "Attendance",
    "CatalogueIndexPage",
    "Choice",
    "CompletionDecision",
    "CourseChange",
    "CourseFile",
    "CoursePage",
    "Edition",
    "Enrolment",
    "ExtraTime",
    "GlossaryTerm",
    "LessonPage",
    "LiveSession",
    "LiveStepPage",
    "Margin",
    "Marking",
    "Outlook",
    "Prerequisite",
    "Presence",
    "Question",
    "QuizDraw",
    "QuizPage",
    "QuizQuestion",
    "Recording",
    "SeatRequest",
    "Step",
    "StepProgress",
    "Watching",
    "suggestions",
]
