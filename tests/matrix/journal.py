from journal.actions import beat
from tests.matrix.row import NO, YES, Row

ROWS = [
    Row(
        "journal:healthz",
        open_to_all=True,
        anon=YES,
        learner=YES,
        tutor=YES,
        referent=YES,
        coordinator=YES,
        anci=YES,
        editor=YES,
    ),
    Row("journal:audit_list", coordinator=YES, anci=YES),
    Row(
        "journal:mail_choices",
        methods="GET POST",
        learner=YES,
        tutor=YES,
        referent=YES,
        coordinator=YES,
        anci=YES,
        editor=YES,
    ),
    Row("journal:demo_mail_list", anon=NO),  # exists only in the demo: tests/journal/test_views.py
]


def world(cast):
    beat("worker", now=cast.now)
    return {}
