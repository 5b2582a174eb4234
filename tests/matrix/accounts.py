"""People: everybody the own profile; referents their staff; coordinators their areas, tutor and referent roles only."""

from accounts.actions import ask_erasure, upload_staff
from tests.factories import EmploymentFactory, PolicyFactory, UserFactory
from tests.matrix.row import NO, YES, Row

EVERYBODY = dict.fromkeys(("learner", "tutor", "referent", "coordinator", "anci", "editor"), YES)
STAFF = {"referent": YES, "coordinator": YES, "anci": YES}
MISSING = {"pk": 999_999}
PERSON = {"kwargs": lambda world: {"pk": world.learner.pk}, "other": lambda world: {"pk": world.outsider.pk}}
WAITING = {
    "kwargs": lambda world: {"pk": world.unconfirmed.pk},
    "other": lambda world: {"pk": world.other_unconfirmed.pk},
}
OWN_EMPLOYMENT = {
    "kwargs": lambda world: {"pk": world.learner.employments.get().pk},
    "other": lambda world: {"pk": world.outsider.employments.get().pk},
}
TUTOR_ROLE = {
    "kwargs": lambda world: {"pk": world.tutor.roles.get().pk},
    "other": lambda world: {"pk": world.other_tutor.roles.get().pk},
}

STAFF_FILE = b"email;nome;cognome;comune\n"
IMPORT = {
    "kwargs": lambda world: {"pk": world.staff_import.pk},
    "other": lambda world: {"pk": world.other_staff_import.pk},
    "missing": MISSING,
}


def world(cast) -> dict:
    PolicyFactory(version="matrice")
    files = {"coordinator": b"a@example.org;Anna;Neri;Piuro", "other_coordinator": b"b@example.org;Bea;CANARY_B;Mede"}
    imports = [upload_staff(STAFF_FILE + row, actor=getattr(cast, who), now=cast.now) for who, row in files.items()]
    return {
        "erasure": ask_erasure(UserFactory(), now=cast.now),
        "staff_import": imports[0],
        "other_staff_import": imports[1],
        "unconfirmed": EmploymentFactory(user=UserFactory(), body=cast.body_a, confirmed_at=None),
        "other_unconfirmed": EmploymentFactory(
            user=UserFactory(last_name="Attesa CANARY_B"), body=cast.body_b, confirmed_at=None
        ),
    }


ROWS = [
    Row("accounts:profile", methods="GET POST", **EVERYBODY),
    Row("accounts:employment_create", methods="GET POST", **EVERYBODY),
    Row("accounts:employment_end", **OWN_EMPLOYMENT, missing=MISSING, methods="GET POST", learner=YES),
    Row("accounts:own_data", **EVERYBODY),
    Row("accounts:own_data_copy", methods="POST", **EVERYBODY),
    Row("accounts:erasure_ask", methods="GET POST", **EVERYBODY),
    Row("accounts:erasure_withdraw", methods="POST", **EVERYBODY),
    Row("accounts:erasure_list", anci=YES),
    Row(
        "accounts:erasure_carry_out",
        kwargs=lambda world: {"pk": world.erasure.pk},
        missing=MISSING,
        methods="POST",
        anci=YES,
    ),
    Row("accounts:policy_detail", anon=YES, open_to_all=True, **EVERYBODY),
    Row("accounts:demo_login", methods="POST", anon=NO),  # only in the demonstration: tests/accounts/test_demo.py
    Row("accounts:people_list", **STAFF),
    Row("accounts:invitation_create", methods="GET POST", **STAFF),
    Row("accounts:people_export", **STAFF),
    Row("accounts:staff_import", methods="GET POST", coordinator=YES, anci=YES),
    Row("accounts:staff_import_detail", **IMPORT, methods="GET POST", coordinator=YES),
    Row("accounts:staff_import_confirm", **IMPORT, methods="POST", coordinator=YES),
    Row("accounts:person_manage", **PERSON, missing=MISSING, methods="GET POST", coordinator=YES, anci=YES),
    Row("accounts:role_create", **PERSON, missing=MISSING, methods="POST", coordinator=YES, anci=YES),
    Row("accounts:role_end", **TUTOR_ROLE, missing=MISSING, methods="POST", coordinator=YES, anci=YES),
    Row(
        "accounts:employment_move",
        **OWN_EMPLOYMENT,
        missing=MISSING,
        methods="GET POST",
        coordinator=YES,
        anci=YES,
    ),
    Row("accounts:confirmation_list", **STAFF),
    Row("accounts:employment_confirm", **WAITING, missing=MISSING, methods="POST", **STAFF),
    Row("accounts:employment_refuse", **WAITING, missing=MISSING, methods="GET POST", **STAFF),
]
