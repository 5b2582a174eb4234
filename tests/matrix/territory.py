"""Territory: ANCI imports; everybody may propose a body; coordinators of the area and ANCI answer."""

from journal.models import Job
from lib.csv_rows import read_rows
from territory.actions import prepare
from territory.actions.imports import COUNTS, INDICATORS, MUNICIPALITIES
from territory.models import BodyProposal
from tests.factories import BodyFactory, IndicatorFactory, IndicatorValueFactory
from tests.matrix.row import YES, Row

EVERYBODY = dict.fromkeys(("learner", "tutor", "referent", "coordinator", "anci", "editor"), YES)
PROPOSAL = {"kwargs": lambda world: {"pk": world.proposal.pk}, "other": lambda world: {"pk": world.other_proposal.pk}}
MISSING = {"pk": 999_999}
INDICATOR_LIST = "codice;dominio;nome;polarità\nDEM-1;DEM;Indice;alto\n"
CSV = "istat_code,name,province_code,area\n014012,Campodolcino,SO,valchiavenna\n"


OWN_COUNTS = {
    "kwargs": lambda world: {"pk": world.counts.pk},
    "other": lambda world: {"pk": world.other_counts.pk},
    "missing": MISSING,
}


def world(cast) -> dict:
    ageing = IndicatorFactory(domain__code="DEM")
    for body, value in ((cast.body_a, 20), (cast.body_b, 10)):
        IndicatorValueFactory(indicator=ageing, body=body, value=value, is_demo=True)
    return {
        "counts": _counts(cast.body_a, cast.coordinator, cast.now),
        "other_counts": _counts(cast.body_b, cast.other_coordinator, cast.now),
        "job": prepare(MUNICIPALITIES, read_rows(CSV), actor=cast.anci, now=cast.now),
        "indicator_job": prepare(INDICATORS, read_rows(INDICATOR_LIST), actor=cast.anci, now=cast.now),
        "proposal": _proposal(f"Unione di {cast.learner.email}", cast.learner, cast.area_a, cast.now),
        "other_proposal": _proposal(f"Unione CANARY_B di {cast.outsider.email}", cast.outsider, cast.area_b, cast.now),
    }


def _proposal(name, person, area, now) -> BodyProposal:
    body = BodyFactory(name=name, istat_code="", area=None, kind="union", is_proposed=True)
    return BodyProposal.objects.create(body=body, proposed_by=person, area=area, proposed_at=now)


def _counts(body, actor, now) -> Job:
    rows = [{"istat_code": body.istat_code, "people": "5", "day": "2026-11-20"}]
    return prepare(COUNTS, rows, actor=actor, now=now)


def _job(world) -> dict:
    return {"pk": Job.objects.get(pk=world.job.pk).pk}


INDICATOR_JOB = {"kwargs": lambda world: {"pk": world.indicator_job.pk}, "missing": MISSING}

ROWS = [
    Row("territory:import", methods="GET POST", anci=YES),
    Row("territory:import_detail", kwargs=_job, missing=MISSING, anci=YES),
    Row("territory:import_confirm", kwargs=_job, missing=MISSING, methods="POST", anci=YES),
    Row("territory:indicator_import", methods="GET POST", anci=YES),
    Row("territory:indicator_export", anci=YES),
    Row("territory:indicator_import_detail", **INDICATOR_JOB, anci=YES),
    Row("territory:indicator_import_confirm", **INDICATOR_JOB, methods="POST", anci=YES),
    Row("territory:merge", methods="GET POST", anci=YES),
    Row(
        "territory:mail_domain_change",
        kwargs=lambda world: {"pk": world.body_a.pk},
        other=lambda world: {"pk": world.body_b.pk},
        missing=MISSING,
        methods="GET POST",
        coordinator=YES,
        anci=YES,
    ),
    Row(
        "territory:staff_count_create",
        kwargs=lambda world: {"pk": world.body_a.pk},
        other=lambda world: {"pk": world.body_b.pk},
        missing=MISSING,
        methods="GET POST",
        referent=YES,
        coordinator=YES,
        anci=YES,
    ),
    Row("territory:counts_import", methods="GET POST", coordinator=YES, anci=YES),
    Row("territory:counts_import_detail", **OWN_COUNTS, coordinator=YES),
    Row("territory:counts_import_confirm", **OWN_COUNTS, methods="POST", coordinator=YES),
    Row("territory:proposal_create", methods="GET POST", **EVERYBODY),
    Row("territory:proposal_list", coordinator=YES, anci=YES),
    Row("territory:proposal_decide", **PROPOSAL, missing=MISSING, methods="GET POST", coordinator=YES, anci=YES),
]
