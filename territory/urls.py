from django.urls import path

from lib import url_converters  # noqa: F401 - registers <id:…>
from territory.actions.imports import COUNTS, INDICATORS, MUNICIPALITIES
from territory.views import bodies, imports, merging, proposals

app_name = "territory"


def _import(address: str, kind: str) -> list:
    """The file, what it would do, and doing it."""
    name, which = imports.PAGES[kind], {"kind": kind}
    return [
        path(address, imports.upload, which, name=name),
        path(f"{address}<id:pk>/", imports.detail, which, name=f"{name}_detail"),
        path(f"{address}<id:pk>/conferma/", imports.confirmed, which, name=f"{name}_confirm"),
    ]


urlpatterns = [
    *_import("coordinamento/territorio/importa/", MUNICIPALITIES),
    *_import("coordinamento/territorio/indicatori/", INDICATORS),
    *_import("coordinamento/territorio/personale/", COUNTS),
    path("coordinamento/territorio/indicatori/esporta/", imports.indicator_export, name="indicator_export"),
    path("coordinamento/territorio/unisci/", merging.merge_create, name="merge"),
    path("coordinamento/enti/<id:pk>/dominio-posta/", bodies.mail_domain_change, name="mail_domain_change"),
    path("coordinamento/enti/<id:pk>/personale/", bodies.staff_count_create, name="staff_count_create"),
    path("profilo/enti/proponi/", proposals.proposal_create, name="proposal_create"),
    path("coordinamento/enti/proposti/", proposals.proposal_list, name="proposal_list"),
    path("coordinamento/enti/proposti/<id:pk>/", proposals.proposal_decide, name="proposal_decide"),
]
