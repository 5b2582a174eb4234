"""The editors' side of the courses."""

from courses.wagtail_hooks import bank, course_files, deletion, pages

__all__ = ["bank", "course_files", "deletion", "pages"]
