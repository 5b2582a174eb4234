from journal.actions import beat, queue_mail
from tests.matrix.row import NO, YES, Row

EVERYBODY = dict.fromkeys(("learner", "tutor", "referent", "coordinator", "anci", "editor"), YES)

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
    Row("journal:inbox", **EVERYBODY),
    Row("journal:inbox_read", methods="POST", **EVERYBODY),
    Row(
        "journal:message_open",
        kwargs=lambda world: {"pk": world.message.pk},
        other=lambda world: {"pk": world.other_message.pk},
        missing={"pk": 999_999},
        methods="POST",
        learner=YES,
    ),
    Row("journal:demo_mail_list", anon=NO),  # exists only in the demo: tests/journal/test_views.py
]


def world(cast):
    beat("worker", now=cast.now)
    texts = {"message": (cast.learner, "Una notizia"), "other_message": (cast.outsider, "CANARY_B")}
    return {name: _message(person, text, cast.now) for name, (person, text) in texts.items()}


def _message(person, text: str, now):
    kind = "certificates.certificate_ready"
    return queue_mail(kind=kind, key=f"m:{person.pk}", recipient=person.email, subject=text, text=text, now=now)
