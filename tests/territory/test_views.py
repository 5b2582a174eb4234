import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from journal.models import Job
from lib.spreadsheets import xlsx_bytes
from territory.models import BodyProposal, PublicBody

CSV = "istat_code;name;province_code;area;population_2020\n{code};Piurò;SO;valchiavenna;1876\n"
IMPORT = "/coordinamento/territorio/importa/"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_import_goes_from_file_to_preview_to_list(anci, client_for, body_a2, encoding):
    client = client_for(anci)
    upload = SimpleUploadedFile("comuni.csv", CSV.format(code=body_a2.istat_code).encode(encoding))

    preview = client.post(IMPORT, {"file": upload}, follow=True)
    unchanged = PublicBody.objects.get(pk=body_a2.pk).name
    job = Job.objects.get()
    client.post(reverse("territory:import_confirm", args=[job.pk]))

    assert (preview.status_code, unchanged, PublicBody.objects.get(pk=body_a2.pk).name) == (200, "Piuro", "Piurò")


def test_preview_names_what_changes_and_spares_the_rest(anci, client_for, body_a, body_a2, now):
    client = client_for(anci)
    upload = SimpleUploadedFile("comuni.csv", CSV.format(code=body_a2.istat_code).encode())

    preview = client.post(IMPORT, {"file": upload}, follow=True).content.decode()

    row = '<tr><th scope="row">Comune di Piuro (SO)</th><td>nome</td><td>Piuro</td><td>Piurò</td></tr>'
    assert row in preview
    assert "Il file contiene 1 riga" in preview
    assert "<li>Comune di Campodolcino (SO)</li>" in preview


def test_a_list_that_others_have_overtaken_is_refused_in_words(anci, client_for, body_a2):
    client = client_for(anci)
    client.post(IMPORT, {"file": SimpleUploadedFile("comuni.csv", CSV.format(code=body_a2.istat_code).encode())})
    PublicBody.objects.filter(pk=body_a2.pk).update(name="Piuro Nuovo")

    page = client.post(reverse("territory:import_confirm", args=[Job.objects.get().pk]), follow=True)

    assert "I dati sono cambiati dopo il controllo del file" in page.content.decode()
    assert PublicBody.objects.get(pk=body_a2.pk).name == "Piuro Nuovo"


@pytest.mark.parametrize("address", ["importa", "indicatori", "personale"])
def test_a_workbook_does_as_well_and_a_damaged_one_is_refused_in_words(anci, client_for, body_a2, address):
    header, row = CSV.format(code=body_a2.istat_code).splitlines()
    content = xlsx_bytes("Foglio", header.split(";"), [row.split(";")])
    client, page = client_for(anci), f"/coordinamento/territorio/{address}/"

    answers = [client.post(page, {"file": SimpleUploadedFile("f.xlsx", each)}) for each in (content, content[:-400])]

    assert [answer.status_code for answer in answers] == [302, 200]
    assert "né un CSV né una cartella" in answers[1].content.decode()


def test_import_shows_each_wrong_row(anci, client_for, area_a):
    upload = SimpleUploadedFile("comuni.csv", CSV.format(code="abc").encode())

    page = client_for(anci).post(IMPORT, {"file": upload}, follow=True)

    assert (Job.objects.get().state, "«abc» non è un codice ISTAT" in page.content.decode()) == ("failed", True)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\x00\x00", b"nome\n" + b"a" * 200_000])
def test_import_refuses_other_files(anci, client_for, area_a, content):
    page = client_for(anci).post(IMPORT, {"file": SimpleUploadedFile("comuni.csv", content)})

    assert (page.status_code, Job.objects.count()) == (200, 0)


def test_proposal_leads_to_the_employment(learner, client_for, area_a):
    answer = client_for(learner).post(
        reverse("territory:proposal_create"),
        {"kind": "union", "name": "Unione della Bassa", "province_code": "so", "area": area_a.pk, "note": ""},
    )

    body = PublicBody.objects.get(name="Unione della Bassa")
    assert (answer["Location"], body.is_proposed) == (f"{reverse('accounts:employment_create')}?body={body.pk}", True)


def test_proposal_ignores_fields_that_are_not_asked(learner, client_for, area_a):
    client_for(learner).post(
        reverse("territory:proposal_create"),
        {"kind": "union", "name": "Unione", "province_code": "SO", "is_proposed": "", "mail_domain": "example.org"},
    )

    body = PublicBody.objects.get(name="Unione")
    assert (body.is_proposed, body.mail_domain, body.area) == (True, "", None)


def test_coordinator_lists_a_body_in_an_own_area_only(learner, coordinator, client_for, area_a, area_b, now):
    body = PublicBody.objects.create(name="Unione", kind="union", province_code="SO", is_proposed=True)
    proposal = BodyProposal.objects.create(body=body, proposed_by=learner, area=area_a, proposed_at=now)
    client, path = client_for(coordinator), reverse("territory:proposal_decide", args=[proposal.pk])

    elsewhere = client.post(path, {"answer": "accept", "area": area_b.pk})
    client.post(path, {"answer": "accept", "area": area_a.pk})

    body.refresh_from_db()
    assert (elsewhere.status_code, body.area, body.is_proposed) == (200, area_a, False)
