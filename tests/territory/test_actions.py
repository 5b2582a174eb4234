import shutil
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from journal.models import AuditEntry, Job, OutgoingMail
from lib.csv_rows import read_rows
from territory.actions import (
    accept_proposal,
    confirm,
    import_territory,
    merge_bodies,
    prepare,
    propose_body,
    refuse_proposal,
)
from territory.actions.imports import MUNICIPALITIES
from territory.actions.loading import DATA
from territory.models import Area, FundingSource, IndicatorDomain, Objective, Pillar, PublicBody, SelectionCriterion
from tests.races import race

HEADER = "istat_code,name,province_code,area,latitude,longitude,population_2020,ceased_on\n"
PIURO = "014050,Piuro,SO,{area},46.33,9.42,1876,\n"


def prepare_import(text, *, actor, now) -> Job:
    return prepare(MUNICIPALITIES, read_rows(text), actor=actor, now=now)


@pytest.fixture
def territory(db, now):
    import_territory(now=now)


def folder_with(tmp_path, name, change):
    for path in DATA.iterdir():
        shutil.copy(path, tmp_path)
    path = tmp_path / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return tmp_path


def test_import_territory_loads_the_whole_programme(territory):
    assert (
        list(Area.objects.values_list("number", flat=True)),
        Counter(Area.objects.values_list("kind", flat=True)),
        PublicBody.objects.count(),
        PublicBody.objects.in_areas().count(),
        sum(source.amount_eur for source in FundingSource.objects.all()),
        sum(domain.indicator_count for domain in IndicatorDomain.objects.all()),
        (Pillar.objects.count(), Objective.objects.count(), SelectionCriterion.objects.count()),
        Area.objects.get(number=14).slug,
        Area.objects.get(number=7).colour,
    ) == (
        list(range(1, 15)),
        {"snai": 6, "regional": 8},
        1_502,
        488,
        196_000_000,
        35,
        (7, 3, 7),
        "lario-orientale-valle-s-martino-e-valle-imagna",
        "#798abd",
    )


def test_a_site_that_was_loaded_before_the_pillars_of_domains_gets_them(territory, now):
    for domain in IndicatorDomain.objects.all():
        domain.pillars.clear()

    assert import_territory(now=now) is None

    assert not IndicatorDomain.objects.filter(pillars=None).exists()


def test_import_territory_again_changes_nothing(territory, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        assert import_territory(now=now) is None


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("areas.csv", lambda text: text.replace(",12,24223", ",13,24223"), "areas whose municipalities add up: 13"),
        ("municipalities.csv", lambda text: "\n".join(text.splitlines()[:-1]), "bodies: 1501 "),
        ("programme_facts.json", lambda text: text.replace("106000000", "105000000"), "195000000 "),
        ("programme_facts.json", lambda text: text.replace('"workshops": 28', '"workshops": 27'), "workshops: 27 "),
    ],
)
def test_import_territory_refuses_files_that_do_not_add_up(db, now, tmp_path, name, change, said):
    with pytest.raises(ValidationError) as refused:
        import_territory(now=now, folder=folder_with(tmp_path, name, change))

    assert (refused.value.code, said in refused.value.message, Area.objects.count()) == ("territory_counts", True, 0)


def test_load_territory_says_in_one_sentence_what_is_wrong(db, now, tmp_path):
    folder = folder_with(tmp_path, "areas.csv", lambda text: text.replace(",12,24223", ",13,24223"))

    with pytest.raises(CommandError):
        call_command("load_territory", folder=folder)


def test_new_shipped_files_never_undo_a_correction(territory, anci, now, tmp_path):
    job = prepare_import(HEADER + PIURO.format(area="lomellina"), actor=anci, now=now)
    confirm(job, actor=anci, now=now)

    import_territory(now=now, folder=folder_with(tmp_path, "municipalities.csv", lambda text: text + "\n"))

    assert PublicBody.objects.get(name="Piuro").area.slug == "lomellina"


def test_new_shipped_files_never_undo_a_merger(territory, anci, now, tmp_path):
    ending, successor = (PublicBody.objects.get(name=name) for name in ("Piuro", "Chiavenna"))
    merge_bodies([ending], successor=successor, first_on=date(2026, 11, 1), actor=anci, now=now)
    changed = folder_with(tmp_path, "municipalities.csv", lambda text: text.replace(",Piuro,", ",Piurò,"))

    import_territory(now=now, folder=changed)

    ending.refresh_from_db()
    assert (ending.name, ending.ceased_on, ending.successor) == ("Piurò", date(2026, 10, 31), successor)


@pytest.mark.parametrize(("text", "people"), [("3.611", 3611), ("3611", 3611), ("3611,0", 3611), ("3.61", None)])
def test_people_are_whole_and_thousands_are_read_as_italians_write_them(territory, anci, now, text, people):
    row = PIURO.format(area="valchiavenna").replace("1876", f'"{text}"')
    job = confirm(prepare_import(HEADER + row, actor=anci, now=now), actor=anci, now=now)

    errors = [(error["line"], error["column"]) for error in job.outcome.get("errors", [])]
    before = PublicBody.objects.get(name="Piuro").population
    assert (before, errors) == ((people, []) if people else (before, [(2, "population_2020")]))


def test_prepare_import_writes_nothing_yet(territory, anci, now):
    job = prepare_import(HEADER + PIURO.format(area="lomellina"), actor=anci, now=now)

    facts = {name: job.outcome[name] for name in ("added", "changed", "unchanged", "absent", "moves")}
    assert (job.state, facts, PublicBody.objects.get(name="Piuro").area.slug) == (
        Job.State.WAITING,
        {
            "added": 0,
            "changed": 1,
            "unchanged": 0,
            "absent": 1_501,
            "moves": [{"name": "Piuro", "from": "Valchiavenna", "to": "Lomellina"}],
        },
        "valchiavenna",
    )


def test_confirm_writes_once_and_leaves_an_audit_entry(territory, anci, now):
    text = HEADER + PIURO.format(area="lomellina") + "14999,Nuovo Comune,so,valchiavenna,,,,\n"
    job = prepare_import(text, actor=anci, now=now)

    for _time in range(2):
        confirm(job, actor=anci, now=now)

    job.refresh_from_db()
    assert (
        job.state,
        job.outcome["added"],
        job.outcome["changed"],
        PublicBody.objects.get(istat_code="014999").province_code,
        PublicBody.objects.get(name="Piuro").area.slug,
        AuditEntry.objects.filter(action="import_municipalities").count(),
    ) == (Job.State.DONE, 1, 1, "SO", "lomellina", 1)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("14O050,Piuro,SO,valchiavenna,,,,", "istat_code"),
        ("0140500,Piuro,SO,valchiavenna,,,,", "istat_code"),
        ("014050,,SO,valchiavenna,,,,", "name"),
        ("014050,=1+1,SO,valchiavenna,,,,", "name"),
        ("014050,Piuro,Sondrio,valchiavenna,,,,", "province_code"),
        ("014050,Piuro,SO,valtellina,,,,", "area"),
        ("014050,Piuro,SO,valchiavenna,12.5,,,", "latitude"),
        ("014050,Piuro,SO,valchiavenna,,nan,,", "longitude"),
        ("014050,Piuro,SO,valchiavenna,,,-4,", "population_2020"),
        ("014050,Piuro,SO,valchiavenna,,,,ieri", "ceased_on"),
    ],
)
def test_prepare_import_names_row_and_column_of_an_error(territory, anci, now, row, column):
    job = prepare_import(f"{HEADER}014012,Campodolcino,SO,lomellina,,,,\n{row}\n", actor=anci, now=now)

    errors = [(error["line"], error["column"]) for error in job.outcome["errors"]]
    assert (job.state, errors, PublicBody.objects.get(name="Campodolcino").area.slug) == (
        Job.State.FAILED,
        [(3, column)],
        "valchiavenna",
    )


def test_prepare_import_finds_a_municipality_written_twice(territory, anci, now):
    job = prepare_import(HEADER + PIURO.format(area="") + PIURO.format(area=""), actor=anci, now=now)

    assert [(e["line"], e["column"]) for e in job.outcome["errors"]] == [(3, "istat_code"), (3, "name")]


@pytest.mark.parametrize("text", ["", "nome;codice\nPiuro;1\n", "istat_code,name,province_code,area\n"])
def test_prepare_import_refuses_a_file_without_its_columns_or_rows(territory, anci, now, text):
    assert prepare_import(text, actor=anci, now=now).state == Job.State.FAILED


def test_prepare_import_tells_each_field_that_changes(territory, anci, now):
    text = (
        HEADER + "014050,Piuro,SO,lomellina,46.33,9.42,1876,2026-11-08\n" + "14999,Nuovo Comune,so,valchiavenna,,,,\n"
    )

    job = prepare_import(text, actor=anci, now=now)

    told = {row["field"]: (row["name"], row["old"], row["new"]) for row in job.outcome["details"]}
    name = "Comune di Piuro (SO)"
    assert (told["area interna"], told["cessato il"], job.outcome["new"], job.outcome["missing"]) == (
        (name, "Valchiavenna", "Lomellina"),
        (name, "", "8 novembre 2026"),
        ["Comune di Nuovo Comune (SO)"],
        [],
    )
    assert job.outcome["detail_count"] == len(told)
    assert PublicBody.objects.get(istat_code="014050").ceased_on is None


def test_prepare_import_shows_fifty_fields_and_counts_all(territory, anci, now):
    rows = [
        f"{body.istat_code},{body.name} X,{body.province_code},,,,," for body in PublicBody.objects.municipalities()
    ]

    job = prepare_import(HEADER + "\n".join(rows[1:]), actor=anci, now=now)

    missing = PublicBody.objects.municipalities().first().full_name
    assert (len(job.outcome["details"]), job.outcome["missing"]) == (50, [missing])
    assert job.outcome["detail_count"] > len(rows)


@pytest.mark.parametrize("written_first", [0, 1])
def test_a_list_that_would_no_longer_do_what_was_shown_is_refused(territory, anci, now, written_first):
    jobs = [prepare_import(HEADER + PIURO.format(area=area), actor=anci, now=now) for area in ("lomellina", "")]
    written, late = jobs[written_first], jobs[1 - written_first]
    confirm(written, actor=anci, now=now + timedelta(minutes=1))
    before = PublicBody.objects.get(name="Piuro").area

    with pytest.raises(ValidationError) as refused:
        confirm(late, actor=anci, now=now + timedelta(minutes=2))

    assert (refused.value.code, PublicBody.objects.get(name="Piuro").area) == ("outdated", before)


def test_what_is_confirmed_in_another_language_is_still_what_was_shown(territory, anci, now):
    job = prepare_import(HEADER + PIURO.format(area="lomellina"), actor=anci, now=now)

    with translation.override("en"):
        assert confirm(job, actor=anci, now=now).state == Job.State.DONE


def test_confirm_checks_again(territory, anci, now):
    job = prepare_import(HEADER + PIURO.format(area="lomellina"), actor=anci, now=now)
    Area.objects.filter(slug="lomellina").update(slug="atlantide")

    with pytest.raises(ValidationError) as refused:
        confirm(job, actor=anci, now=now)

    assert refused.value.code == "outdated"


def test_a_name_may_be_written_as_on_a_letter(territory, anci, now):
    row = PIURO.format(area="valchiavenna").replace("Piuro", "Comune di Piuro (SO)")

    assert (
        prepare_import(HEADER + row, actor=anci, now=now).outcome["details"]
        == prepare_import(HEADER + PIURO.format(area="valchiavenna"), actor=anci, now=now).outcome["details"]
    )


def test_confirm_refuses_names_that_clash(territory, anci, now):
    job = prepare_import(HEADER + "014999,Chiavenna,SO,valchiavenna,,,,\n", actor=anci, now=now)

    with pytest.raises(ValidationError) as refused:
        confirm(job, actor=anci, now=now)

    job.refresh_from_db()
    assert (refused.value.code, job.state) == ("import_clash", Job.State.WAITING)


def propose(person, area, now, name="Comunità Montana di prova"):
    return propose_body(
        actor=person, kind="mountain_community", name=name, province_code="so", area=area, note="", now=now
    )


def test_propose_body_keeps_it_off_the_list_for_others(learner, neighbour, area_a, now):
    proposal = propose(learner, area_a, now)

    offered = {
        person: PublicBody.objects.offered_to(person).filter(pk=proposal.body_id).exists()
        for person in (learner, neighbour)
    }
    assert (offered, proposal.body.is_proposed, proposal.body.area) == ({learner: True, neighbour: False}, True, None)


def test_propose_body_refuses_what_is_listed_or_proposed_already(learner, area_a, body_a, now):
    propose(learner, area_a, now)

    codes = []
    for again in (
        lambda: propose(learner, area_a, now, name="comunità montana di PROVA"),
        lambda: propose_body(
            actor=learner, kind="municipality", name=body_a.name, province_code="SO", area=None, note="", now=now
        ),
    ):
        with pytest.raises(ValidationError) as refused:
            again()
        codes.append(refused.value.code)

    assert codes == ["proposed_twice", "already_listed"]


def test_accept_proposal_answers_everybody_who_asked(learner, neighbour, coordinator, area_a, now):
    proposal = propose(learner, area_a, now)
    propose(neighbour, area_a, now)

    body = accept_proposal(proposal, actor=coordinator, area=area_a, now=now)

    told = set(OutgoingMail.objects.values_list("recipient", flat=True))
    assert (body.is_proposed, body.area, told, body.proposals.pending().count()) == (
        False,
        area_a,
        {learner.email, neighbour.email},
        0,
    )


def test_refuse_proposal_says_why_and_only_once(learner, coordinator, area_a, now):
    proposal = propose(learner, area_a, now)

    refuse_proposal(proposal, actor=coordinator, reason="È un consorzio privato.", now=now)
    with pytest.raises(ValidationError) as refused:
        accept_proposal(proposal, actor=coordinator, area=area_a, now=now)

    assert (refused.value.code, "È un consorzio privato." in OutgoingMail.objects.get().text) == ("decided", True)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_each_proposer_of_one_body_gets_one_answer(learner, neighbour, coordinator, area_a, now):
    """One coordinator lists the body, which answers everybody, while another refuses the second proposal."""
    first, second = propose(learner, area_a, now), propose(neighbour, area_a, now)

    def accept(proposal):
        return accept_proposal(proposal, actor=coordinator, area=area_a, now=now).is_proposed

    race(
        [
            lambda: accept(first),
            lambda: refuse_proposal(second, actor=coordinator, reason="Già presente", now=now),
            lambda: accept(second),
        ]
    )

    told = Counter(OutgoingMail.objects.values_list("recipient", flat=True))
    assert (told, PublicBody.objects.get(pk=first.body_id).is_proposed) == (
        {learner.email: 1, neighbour.email: 1},
        False,
    )
