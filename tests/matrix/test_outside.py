"""Doors that belong to Django and Wagtail."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from tests.factories import home_page


@pytest.fixture
def document(db):
    closed = Collection.get_first_root_node().add_child(name="Riservati")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type=CollectionViewRestriction.LOGIN)
    return get_document_model().objects.create(
        title="Verbale", collection=closed, file=ContentFile("testo", name="verbale.csv")
    )


def test_language_is_chosen_with_a_cookie_and_never_leads_off_the_site(db):
    response = Client().post("/lingua/", {"language": "en", "next": "https://example.org/"})

    assert (response.status_code, response["Location"]) == (302, "/")
    assert response.cookies["django_language"].value == "en"


def test_sitemap_is_public(db):
    home_page()

    assert Client().get("/sitemap.xml").status_code == 200


def test_documents_of_a_closed_collection_stay_closed(document, client_for, learner):
    anonymous, known = (client.get(document.url) for client in (Client(), client_for(learner)))

    assert (anonymous.status_code, known.status_code) == (302, 200)
    known.close()


def test_shared_password_of_documents_opens_nothing(db):
    assert Client().get("/documenti/authenticate_with_password/1/").status_code in (302, 404)
