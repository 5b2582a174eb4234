"""The indicators and their values as rows of the files that the import reads back."""

from collections.abc import Iterator
from decimal import Decimal

from lib.spreadsheets import Cell
from territory.models.indicators import Indicator, IndicatorValue

LIST_COLUMNS = ("codice", "dominio", "nome", "unità", "polarità", "riferimento", "fonte")
VALUE_COLUMNS = ("codice_istat", "indicatore", "anno", "valore", "dimostrativo")
HIGH, LOW, YES = "alto", "basso", "sì"  # which value means more fragile; the value is invented


def list_rows() -> Iterator[list[Cell]]:
    for one in Indicator.objects.select_related("domain"):
        polarity = HIGH if one.is_fragile_when_high else LOW
        yield [one.code, one.domain.code, one.name, one.unit, polarity, _decimal(one.reference), one.source]


def value_rows() -> Iterator[list[Cell]]:
    rows = IndicatorValue.objects.order_by("indicator__code", "year", "body__istat_code")
    names = ("body__istat_code", "indicator__code", "year", "value", "is_demo")
    for istat_code, code, year, value, is_demo in rows.values_list(*names).iterator(chunk_size=2_000):
        yield [istat_code, code, year, _decimal(value), YES if is_demo else ""]


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))
