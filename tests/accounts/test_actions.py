from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.actions import (
    accept_policy,
    add_employment,
    confirm_by_mail_domain,
    confirm_employment,
    correct_name,
    create_administrator,
    end_employment,
    end_role,
    grant_role,
    invite,
    publish_policy,
    refuse_employment,
    sign_up,
)
from accounts.models import Employment, RoleAssignment, User
from journal.models import AuditEntry, OutgoingMail
from tests.factories import BodyFactory, EmploymentFactory, UserFactory
from tests.races import race


@pytest.fixture
def waiting(body_a, now):
    return EmploymentFactory(body=body_a, confirmed_at=None)


def code_of(call, *args, **kwargs) -> str | None:
    """The code of the refusal, or None when the call went through."""
    try:
        call(*args, **kwargs)
    except ValidationError as error:
        return (
            error.error_list[0].code if hasattr(error, "error_list") else next(iter(error.error_dict.values()))[0].code
        )
    return None


def test_sign_up_makes_a_person_who_waits_for_confirmation(body_a, now):
    publish_policy(version="1.0", published_on=date(2026, 1, 1), text="…", now=now)

    user = sign_up(
        email=" Nuova@Example.org ",
        password="carta-penna-calamaio",
        first_name=" Anna  Maria ",
        last_name="Nuova",
        body=body_a,
        job_title="Istruttrice",
        now=now,
    )

    assert (
        user.email,
        user.first_name,
        user.employments.get().state,
        user.policy_acceptances.get().policy.version,
        user.emailaddress_set.get().verified,
        user.roles.count(),
    ) == ("nuova@example.org", "Anna Maria", "awaiting", "1.0", False, 0)


@pytest.mark.parametrize("name", ["<script>", "a{b}", "a\x00b", "", "=1+1", "+39", "-a", "@a", "1a", "_a"])
def test_sign_up_refuses_what_is_no_name(db, now, name):
    with pytest.raises(ValidationError):
        sign_up(email="a@example.org", password="x", first_name=name, last_name="B", body=None, job_title="", now=now)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("referent", None),
        ("coordinator", None),
        ("anci", None),
        ("colleague", "not_entitled"),
        ("tutor", "not_entitled"),
        ("other_coordinator", "not_entitled"),
        ("editor", "not_entitled"),
    ],
)
def test_confirm_employment_is_for_body_area_and_anci(who, expected, waiting, request, now):
    actor = request.getfixturevalue(who)

    assert code_of(confirm_employment, waiting, actor=actor, now=now) == expected

    waiting.refresh_from_db()
    assert waiting.is_confirmed == (expected is None)


def test_nobody_confirms_oneself(referent, anci, body_a2, now):
    own = [EmploymentFactory(user=person, body=body_a2, confirmed_at=None) for person in (referent, anci)]

    codes = [code_of(confirm_employment, employment, actor=employment.user, now=now) for employment in own]

    assert codes == ["not_entitled", "not_entitled"]


def test_confirm_employment_twice_tells_once(waiting, referent, now):
    for _time in range(2):
        confirm_employment(waiting, actor=referent, now=now)

    recorded = AuditEntry.objects.filter(action="confirm_employment", area="valchiavenna")
    assert (OutgoingMail.objects.get().recipient, recorded.count()) == (waiting.user.email, 1)


def test_refuse_employment_gives_the_reason_and_stays(waiting, referent, coordinator, now):
    no_reason = code_of(refuse_employment, waiting, actor=referent, reason=" ", now=now)
    refuse_employment(waiting, actor=referent, reason="Lavora per un altro ente.", now=now)

    again = code_of(confirm_employment, waiting, actor=coordinator, now=now)
    mail = OutgoingMail.objects.get()
    assert (no_reason, again, "Lavora per un altro ente." in mail.text) == ("reason_needed", "refused", True)


def test_employment_of_a_proposed_body_waits_for_the_body(anci, now):
    employment = EmploymentFactory(body=BodyFactory(area=None, is_proposed=True), confirmed_at=None)

    assert code_of(confirm_employment, employment, actor=anci, now=now) == "proposed_body"


@pytest.mark.parametrize(
    ("verified", "domain", "expected"),
    [
        (True, "Example.ORG", "confirmed"),
        (False, "example.org", "awaiting"),
        (True, "ample.org", "awaiting"),
        (True, "", "awaiting"),
    ],
)
def test_add_employment_trusts_a_verified_address_of_the_body(verified, domain, expected, area_a, now):
    user = UserFactory(verified=verified)
    body = BodyFactory(area=area_a, mail_domain=domain)

    employment = add_employment(user=user, body=body, job_title="", actor=user, now=now)

    assert employment.state == expected


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_employment_is_confirmed_or_refused_never_both(coordinator, area_a, now):
    """Addresses confirm employments while the coordinator refuses the same ones."""
    user = UserFactory()
    waiting = [
        EmploymentFactory(user=user, body=BodyFactory(area=area_a, mail_domain="example.org"), confirmed_at=None)
        for _ in range(3)
    ]

    def refuse(employment):
        refuse_employment(employment, actor=coordinator, reason="Altro ente", now=now)
        return "refused"

    said = race([lambda: confirm_by_mail_domain(user=user, now=now), *(lambda e=e: refuse(e) for e in waiting)])

    refused = said[1:].count("refused")
    states = sorted(employment.state for employment in user.employments.all())
    assert (said[0], set(said[1:]) <= {"refused", "confirmed"}) == (3 - refused, True)
    assert states == ["confirmed"] * said[0] + ["refused"] * refused


def test_add_employment_refuses_what_is_not_offered(learner, body_a, now):
    ceased = BodyFactory(ceased_on=date(2026, 1, 31))
    proposed_by_others = BodyFactory(is_proposed=True)

    codes = [
        code_of(add_employment, user=learner, body=body, job_title="", actor=learner, now=now)
        for body in (ceased, proposed_by_others, body_a)
    ]

    assert (
        codes == ["unknown_body", "unknown_body", "one_open_employment_per_body"] or codes[:2] == ["unknown_body"] * 2
    )
    assert learner.employments.count() == 1


def test_end_employment_keeps_the_past(learner, colleague, referent, now):
    employment = learner.employments.get()
    day = now.date()

    stranger = code_of(end_employment, employment, actor=colleague, ended_on=day, now=now)
    with pytest.raises(ValidationError):
        end_employment(employment, actor=learner, ended_on=date(2019, 1, 1), now=now)
    end_employment(employment, actor=referent, ended_on=day - timedelta(days=1), now=now)

    employment.refresh_from_db()
    assert (stranger, employment.state, employment.is_confirmed) == ("not_entitled", "ended", True)


@pytest.mark.parametrize(
    ("actor", "role", "scope", "expected"),
    [
        ("coordinator", "tutor", "area_a", None),
        ("coordinator", "tutor", "area_b", "not_entitled"),
        ("coordinator", "referent", "body_a", None),
        ("coordinator", "referent", "body_b", "not_entitled"),
        ("coordinator", "referent", "body_a2", "not_employed"),
        ("coordinator", "coordinator", "area_a", "not_entitled"),
        ("coordinator", "anci", None, "not_entitled"),
        ("coordinator", "editor", None, "not_entitled"),
        ("referent", "tutor", "area_a", "not_entitled"),
        ("learner", "anci", None, "own_role"),
        ("editor", "editor", None, "not_entitled"),
        ("anci", "coordinator", "area_b", None),
        ("anci", "anci", None, None),
        ("anci", "editor", None, None),
    ],
)
def test_grant_role_keeps_to_the_matrix(actor, role, scope, expected, learner, request, now):
    where = {"area": None, "body": None}
    if scope:
        where[scope.partition("_")[0]] = request.getfixturevalue(scope)

    code = code_of(grant_role, learner, role=role, **where, actor=request.getfixturevalue(actor), now=now)

    assert (code, learner.roles.count()) == (expected, 0 if expected else 1)


def test_nobody_changes_the_own_roles(anci, now):
    given = code_of(grant_role, anci, role="editor", actor=anci, now=now)
    ended = code_of(end_role, anci.roles.get(), actor=anci, now=now)

    assert (given, ended, anci.roles.current(on=now.date()).count()) == ("own_role", "own_role", 1)


def test_roles_of_the_cms_follow_into_its_groups(learner, anci, now):
    role = grant_role(learner, role="editor", actor=anci, now=now)
    inside = set(learner.groups.values_list("name", flat=True))
    end_role(role, actor=anci, now=now)

    assert (inside, learner.groups.count(), learner.scope.is_editor) == ({"Editors"}, 0, False)


def test_end_role_twice_is_recorded_once(tutor, coordinator, other_coordinator, now):
    role = tutor.roles.get()

    stranger = code_of(end_role, role, actor=other_coordinator, now=now)
    for _time in range(2):
        end_role(role, actor=coordinator, now=now)

    assert (stranger, AuditEntry.objects.filter(action="end_role").count()) == ("not_entitled", 1)


def test_correct_name_is_audited_and_scoped(learner, anci, coordinator, outsider, now):
    correct_name(learner, first_name=" Lucia ", last_name="Moro Gianoli", actor=coordinator, now=now)
    strangers = [
        code_of(correct_name, person, first_name="A", last_name="B", actor=coordinator, now=now)
        for person in (outsider, anci)
    ]

    entry = AuditEntry.objects.get(action="correct_name")
    assert (str(User.objects.get(pk=learner.pk)), entry.before["last_name"], strangers) == (
        "Lucia Moro Gianoli",
        "Moro",
        ["not_entitled", "not_entitled"],
    )


def test_invite_refuses_a_formula_for_a_name(referent, body_a, now):
    facts = {"last_name": "B", "body": body_a, "job_title": "", "actor": referent, "now": now}

    with pytest.raises(ValidationError):
        invite(email="a@example.org", first_name="=HYPERLINK(1)", **facts)

    assert not User.objects.filter(email="a@example.org").exists()


@pytest.mark.parametrize("name", ["D’Angelo", "Òscar", "De La Cruz", "N'Guessan"])
def test_names_of_every_kind_are_names(learner, coordinator, now, name):
    assert correct_name(learner, first_name="Lucia", last_name=name, actor=coordinator, now=now).last_name == name


def test_invite_makes_confirmed_staff_with_a_link(referent, body_a, now):
    invite(email="a@example.org", first_name="A", last_name="B", body=body_a, job_title="", actor=referent, now=now)

    user, mail = User.objects.get(email="a@example.org"), OutgoingMail.objects.get()
    assert (user.has_usable_password(), user.employments.get().state, mail.recipient, "/password/" in mail.text) == (
        False,
        "confirmed",
        "a@example.org",
        True,
    )


def test_invite_of_a_known_address_changes_nothing_but_tells_its_owner(referent, outsider, body_a, now):
    invite(
        email=outsider.email.upper(), first_name="X", last_name="Y", body=body_a, job_title="", actor=referent, now=now
    )

    assert (Employment.objects.filter(user=outsider, body=body_a).count(), OutgoingMail.objects.get().recipient) == (
        0,
        outsider.email,
    )


def test_who_works_here_already_is_named_to_who_sees_them(referent, learner, colleague, body_a, client_for, now):
    Employment.objects.filter(user=colleague).update(confirmed_at=None)
    facts = {"first_name": "X", "last_name": "Y", "body": body_a.pk}
    here = reverse("accounts:invitation_create")

    page = client_for(referent).post(here, facts | {"email": learner.email.upper()})
    waiting = client_for(referent).post(here, facts | {"email": colleague.email})

    assert page.context["form"].errors == {"email": [f"{learner} lavora già per questo ente."]}
    assert (waiting.status_code, OutgoingMail.objects.get().recipient) == (302, colleague.email)


def test_invite_stays_within_the_own_bodies(referent, coordinator, body_b, now):
    facts = {"email": "a@example.org", "first_name": "A", "last_name": "B", "body": body_b, "job_title": "", "now": now}

    codes = [code_of(invite, actor=actor, **facts) for actor in (referent, coordinator)]

    assert (codes, User.objects.filter(email="a@example.org").count()) == (["not_entitled", "not_entitled"], 0)


def test_accept_policy_is_kept_once_per_version(learner, now):
    for version in ("1.0", "1.1", "1.1"):
        publish_policy(version=version, published_on=date(2026, 1, 1), text=version, now=now)
        accept_policy(learner, now=now)

    assert list(learner.policy_acceptances.order_by("pk").values_list("policy__version", flat=True)) == ["1.0", "1.1"]


def test_create_administrator_makes_the_first_one_only(db, now):
    facts = {"password": "carta-penna-calamaio", "first_name": "A", "last_name": "B", "now": now}

    first = create_administrator(email="a@example.org", **facts)
    second = code_of(create_administrator, email="b@example.org", **facts)

    assert (first.scope.is_anci, second, RoleAssignment.objects.count()) == (True, "administrator_exists", 1)
