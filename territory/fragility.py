"""The fragility of areas: the adjusted Mazziotta-Pareto index (AMPI), pure.

For unit i and indicator j with reference r_j and range R_j = max_j - min_j over the units:

    z_ij = 100 ± 60 (x_ij - r_j) / R_j        so that the reference is 100 and the units span 60 points
    AMPI_i = M_i ± S_i² / M_i                 with mean M_i and standard deviation S_i of the z_ij of unit i

* Polarity: the sign in z is + where a high value means more of what is measured, - where it means less.
* Reference: the mean of the units, unless the indicator names a value of its own.
* Penalty: a unit whose indicators are unbalanced is moved the bad way. Fragility is bad when high, so it is added
  (AMPI+); an index of well-being would take it away (AMPI-). S is the one of the population: the indicators are all.
* Source: Mazziotta M., Pareto A. (2016), On a generalized non-compensatory composite index for measuring
  socio-economic phenomena, Social Indicators Research 127(3), 983-1003; ISTAT uses it for the composites of the BES.

With the mean of the units as reference, 100 is the mean of these units in this year: it says nothing of time.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum, isfinite

ROUNDING = 1e-12  # sums of equal values differ by less: no difference between the units


class Fault(StrEnum):
    """Why an indicator cannot be counted."""

    CONSTANT = "constant"  # the same everywhere
    OFF_SCALE = "off_scale"  # its reference lies farther from a unit than 5/3 of the range: z below 0 or above 200


@dataclass(frozen=True)
class Indicator:
    """`is_positive`: a higher value moves the index up. `reference` None: the mean of the units."""

    reference: float | None = None
    is_positive: bool = True

    def reference_of(self, values: Sequence[float]) -> float:
        return fsum(values) / len(values) if self.reference is None else self.reference


@dataclass(frozen=True)
class Composite:
    """The index of each unit that has every indicator, and the indicators that could not be counted."""

    index: dict[Hashable, float] = field(default_factory=dict)
    left_out: dict[str, Fault] = field(default_factory=dict)


def fragility(units: Mapping[Hashable, Mapping[str, float]], indicators: Mapping[str, Indicator]) -> Composite:
    """Compare the units that have a value for every indicator; no value is ever guessed."""
    whole = {unit: values for unit, values in units.items() if all(code in values for code in indicators)}
    columns = {code: [values[code] for values in whole.values()] for code in indicators if whole}
    faults = {code: fault_of(column, indicators[code]) for code, column in columns.items()}
    left_out = {code: fault for code, fault in faults.items() if fault}
    counted = [code for code in columns if code not in left_out]
    if not counted:
        return Composite({}, left_out)
    rows = [[values[code] for code in counted] for values in whole.values()]
    found = ampi(rows, [indicators[code] for code in counted], penalise_upwards=True)
    return Composite(dict(zip(whole, found, strict=True)), left_out)


def fault_of(values: Sequence[float], indicator: Indicator) -> Fault | None:
    if _is_constant(values):
        return Fault.CONSTANT
    spread, reference = max(values) - min(values), indicator.reference_of(values)
    return Fault.OFF_SCALE if any(abs(value - reference) * 3 >= spread * 5 for value in values) else None


def ampi(rows: Sequence[Sequence[float]], indicators: Sequence[Indicator], *, penalise_upwards: bool) -> list[float]:
    """Return one index per row of indicator values.

    `penalise_upwards` adds the penalty (an index where high is bad, such as fragility); otherwise it is taken away.
    Raise ValueError for missing values, for an indicator that is the same everywhere, and for a mean that is not
    positive: the penalty would change its sign.
    """
    if any(len(row) != len(indicators) or not all(map(isfinite, row)) for row in rows):
        raise ValueError("every unit needs a finite value for every indicator")
    scaled = [_scale(column, indicator) for column, indicator in zip(zip(*rows, strict=True), indicators, strict=True)]
    sign = 1 if penalise_upwards else -1
    return [_penalised_mean(unit, sign) for unit in zip(*scaled, strict=True)]


def _is_constant(values: Sequence[float]) -> bool:
    return max(values) - min(values) <= ROUNDING * max(map(abs, values))


def _scale(values: Sequence[float], indicator: Indicator) -> list[float]:
    if _is_constant(values):
        raise ValueError("an indicator is the same in every unit")
    spread, reference = max(values) - min(values), indicator.reference_of(values)
    direction = 1 if indicator.is_positive else -1
    return [100 + direction * (value - reference) / spread * 60 for value in values]


def _penalised_mean(values: Sequence[float], sign: int) -> float:
    mean = fsum(values) / len(values)
    if mean <= 0:
        raise ValueError("a reference lies too far from the units")
    variance = fsum((value - mean) ** 2 for value in values) / len(values)  # of the population: the indicators are all
    return mean + sign * variance / mean
