import pytest

from cms.actions import load_site
from cms.models import AreaPage, HomePage


@pytest.fixture
def site(area_a, area_b, body_a, body_a2, body_b, now):
    """The whole public site over two areas."""
    load_site(now=now)
    return HomePage.objects.get()


@pytest.fixture
def area_page(site, area_a):
    return AreaPage.objects.get(area=area_a)
