"""The invented people of the demonstration: every role and every state of an employment has somebody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.actions import add_employment, confirm_employment, grant_role, sign_up
from accounts.actions.roles import store_role
from accounts.models import RoleAssignment, User
from territory.actions import propose_body
from territory.models import Area, PublicBody

PASSWORD = "demo-aree-interne"  # noqa: S105 - invented people on this very computer, shown on the login page
WITH_SECOND_FACTOR = ("anci", "editor")
Role = RoleAssignment.Role


@dataclass(frozen=True)
class Invented:
    key: str
    first_name: str
    last_name: str
    job_title: str = ""
    towns: tuple[str, ...] = ()  # names of municipalities; the share of the week is split evenly

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@example.org".lower().replace(" ", "").replace("ò", "o")


PEOPLE = [
    Invented("learner_1", "Marta", "Gianolini", "Istruttrice amministrativa", ("Campodolcino",)),
    Invented("learner_2", "Davide", "Bonomelli", "Responsabile area tecnica", ("Bovegno",)),
    Invented("learner_3", "Lucia", "Regazzola", "Ufficiale di anagrafe", ("Piazza Brembana",)),
    Invented("learner_4", "Fabio", "Marchesotti", "Responsabile servizio finanziario", ("Mede",)),
    Invented("learner_5", "Serena", "Tognolini", "Istruttrice ufficio tributi", ("Gordona",)),
    Invented("learner_6", "Andrea", "Zanardelli", "Funzionario servizi sociali", ("Gardone Val Trompia",)),
    Invented("learner_7", "Chiara", "Milesini", "Istruttrice amministrativa", ("Zogno",)),
    Invented("learner_8", "Stefano", "Bottinelli", "Responsabile ufficio tecnico", ("Mortara",)),
    Invented("learner_9", "Ornella", "Paggini", "Funzionaria contabile", ("Piuro", "Novate Mezzola")),  # shared by two
    Invented("learner_10", "Pietro", "Gozzolini", "Agente di polizia locale", ("Lodrino",)),
    Invented("learner_11", "Elisabetta", "Carminatti", "Istruttrice ufficio scuola", ("San Pellegrino Terme",)),
    Invented("learner_12", "Giorgio", "Pavesotti", "Istruttore informatico", ("Lomello",)),
    Invented("learner_13", "Donata", "Rizzolini", "Istruttrice ufficio tecnico", ("Chiavenna",)),
    Invented("learner_14", "Marco", "Guanellini", "Responsabile servizi demografici", ("Chiavenna",)),
    Invented("newcomer", "Irene", "Scaramellini", "Istruttrice amministrativa", ("Madesimo",)),  # not yet confirmed
    Invented(
        "newcomer_2", "Michela", "Tavasconi", "Istruttrice ufficio tributi", ("Chiavenna",)
    ),  # the referent decides
    Invented("proposer", "Tiziano", "Levini", "Tecnico forestale"),  # works for a body that is not listed
    Invented("tutor_1", "Paola", "Trivelloni"),
    Invented("tutor_2", "Riccardo", "Bellandini"),
    Invented("referent", "Giovanni", "Fallini", "Segretario comunale", ("Chiavenna", "Campodolcino")),
    Invented("coordinator", "Silvia", "Morettini"),
    Invented("anci", "Anna", "Lombardini"),
    Invented("editor", "Matteo", "Redaelloni"),
]
NOT_CONFIRMED = {"newcomer", "newcomer_2"}
TUTOR_AREAS = {
    "tutor_1": ("valchiavenna", "val-trompia"),
    "tutor_2": ("valle-brembana-e-valtellina-di-morbegno", "lomellina"),
}


@transaction.atomic
def seed_people(now: datetime) -> dict[str, User]:
    """Make the cast once, and return it by key; people and passwords that exist are left alone."""
    known = {user.email: user for user in User.objects.filter(is_demo=True)}
    if not known:
        _make_everybody(now - timedelta(days=100))
        _propose(now - timedelta(days=3))
        known = {user.email: user for user in User.objects.filter(is_demo=True)}
    return {person.key: known[person.email] for person in PEOPLE if person.email in known}


def totp_secret(user: User) -> str:
    """The secret of the person's authenticator app, or nothing."""
    authenticator = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return decrypt(authenticator.data["secret"]) if authenticator else ""


def _make_everybody(joined: datetime) -> None:
    password = make_password(PASSWORD)  # once: hashing is slow on purpose
    cast = {person.key: _make(person, joined) for person in PEOPLE}
    User.objects.filter(pk__in=[user.pk for user in cast.values()]).update(password=password, is_demo=True)
    EmailAddress.objects.filter(user__is_demo=True).update(verified=True)
    anci = cast["anci"]
    store_role(anci, role=Role.ANCI, area=None, body=None, until=None, actor=None, now=joined)
    for person in PEOPLE:
        _employ(person, cast[person.key], anci, joined)
    _give_roles(cast, anci, joined)
    for key in WITH_SECOND_FACTOR:
        TOTP.activate(cast[key], generate_totp_secret())


def _make(person: Invented, joined: datetime) -> User:
    return sign_up(
        email=person.email,
        password=None,
        first_name=person.first_name,
        last_name=person.last_name,
        body=None,
        job_title="",
        now=joined,
    )


def _employ(person: Invented, user: User, anci: User, now: datetime) -> None:
    bodies = PublicBody.objects.municipalities().in_areas()
    for number, town in enumerate(person.towns):
        employment = add_employment(
            user=user,
            body=bodies.get(name=town),
            job_title=person.job_title,
            started_on=date(2015 + number, 3, 1),
            share_percent=100 // len(person.towns),
            actor=user,
            now=now,
        )
        if person.key not in NOT_CONFIRMED:
            confirm_employment(employment, actor=anci, now=now)


def _give_roles(cast: dict[str, User], anci: User, now: datetime) -> None:
    for key, slugs in TUTOR_AREAS.items():
        for area in Area.objects.filter(slug__in=slugs):
            grant_role(cast[key], role=Role.TUTOR, area=area, actor=anci, now=now)
    valchiavenna = Area.objects.get(slug="valchiavenna")
    grant_role(cast["coordinator"], role=Role.COORDINATOR, area=valchiavenna, actor=anci, now=now)
    chiavenna = PublicBody.objects.municipalities().get(name="Chiavenna", area=valchiavenna)
    grant_role(cast["referent"], role=Role.REFERENT, body=chiavenna, actor=anci, now=now)
    grant_role(cast["editor"], role=Role.EDITOR, actor=anci, now=now)


def _propose(now: datetime) -> None:
    person = next(each for each in PEOPLE if each.key == "proposer")
    user = User.objects.get(email=person.email)
    proposal = propose_body(
        actor=user,
        kind=PublicBody.Kind.MOUNTAIN_COMMUNITY,
        name="Comunità Montana della Valchiavenna",
        province_code="SO",
        area=Area.objects.get(slug="valchiavenna"),
        note="Sede a Chiavenna; dodici Comuni.",
        now=now,
    )
    add_employment(user=user, body=proposal.body, job_title=person.job_title, actor=user, now=now)
