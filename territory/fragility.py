"""The adjusted Mazziotta-Pareto index (AMPI), pure.

Each indicator is put on a scale where 100 is the reference value and 70 to 130 the range of the units (ISTAT, BES
composites); the mean of a unit is then corrected by how unbalanced its indicators are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite


@dataclass(frozen=True)
class Indicator:
    """`is_positive`: a higher value moves the index up."""

    reference: float
    is_positive: bool = True


def ampi(rows: Sequence[Sequence[float]], indicators: Sequence[Indicator], *, penalise_upwards: bool) -> list[float]:
    """Return one index per row of indicator values.

    `penalise_upwards` adds the penalty (an index where high is bad, such as fragility); otherwise it is taken away.
    Raise ValueError for missing values and for an indicator that is the same everywhere.
    """
    if any(len(row) != len(indicators) or not all(map(isfinite, row)) for row in rows):
        raise ValueError("every unit needs a finite value for every indicator")
    scaled = [_scale(column, indicator) for column, indicator in zip(zip(*rows, strict=True), indicators, strict=True)]
    sign = 1 if penalise_upwards else -1
    return [_penalised_mean(unit, sign) for unit in zip(*scaled, strict=True)]


def _scale(values: Sequence[float], indicator: Indicator) -> list[float]:
    spread = max(values) - min(values)
    if spread == 0:
        raise ValueError("an indicator is the same in every unit")
    direction = 1 if indicator.is_positive else -1
    return [100 + direction * (value - indicator.reference) / spread * 60 for value in values]


def _penalised_mean(values: Sequence[float], sign: int) -> float:
    mean = fsum(values) / len(values)
    variance = fsum((value - mean) ** 2 for value in values) / len(values)  # of the population: the indicators are all
    return mean + sign * variance / mean
