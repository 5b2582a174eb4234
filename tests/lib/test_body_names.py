import pytest

from lib.body_names import BodyNames

BODIES = BodyNames(
    [
        (1, "014012", "Campodolcino", "SO"),
        (2, "014050", "Piuro", "SO"),
        (3, "", "San Giacomo", "SO"),
        (4, "", "San Giacomo", "PV"),
    ]
)


@pytest.mark.parametrize(
    ("code", "name", "province", "found"),
    [
        ("14012", "", "", {1}),  # Excel has taken the zero
        ("", "COMUNE DI PIURO (SO)", "", {2}),
        ("", "Piuro (SO)", "so", {2}),
        ("", "Piuro", "SO", {2}),
        ("", "piuro so", "", {2}),
        ("", "Piuro", "PV", set()),
        ("", "San Giacomo", "", {3, 4}),
        ("", "San Giacomo", "PV", {4}),
        ("", "San Giacomo (PV)", "", {4}),
        ("", "Milano", "", set()),
        ("99", "Piuro", "", set()),
        ("", "", "SO", set()),
    ],
)
def test_bodies_are_found_by_code_or_name(code, name, province, found):
    assert BODIES.find(code, name, province) == found
