"""The tables that are written at once: as CSV or, with ?formato=xlsx, as a workbook; in no other form."""

import pytest
from django.urls import reverse


@pytest.fixture
def addresses(area_a, body_a):
    return [
        reverse("reports:overview_export"),
        reverse("reports:area_export", args=[area_a.slug]),
        reverse("reports:body_export", args=[body_a.pk]),
        reverse("reports:piao_export", args=[body_a.pk]),
        reverse("reports:fragility_export"),
        reverse("accounts:people_export"),
    ]


def test_a_form_that_is_not_made_is_no_page(client_for, coordinator, addresses):
    client = client_for(coordinator)

    def status(address, form):
        response = client.get(address, {"formato": form})
        response.getvalue()  # a workbook is a file on the disk until it is read
        return response.status_code

    for address in addresses:
        answers = [status(address, form) for form in ("csv", "xlsx", "exe", "")]
        assert (address, answers) == (address, [200, 200, 404, 404])
