from territory.models.bodies import (
    LARGEST_STAFF,
    Area,
    BodyProposal,
    PublicBody,
    StaffCount,
    slug_of,
)
from territory.models.facts import FundingSource, Objective, Pillar, SelectionCriterion
from territory.models.indicators import Indicator, IndicatorDomain, IndicatorValue

__all__ = [
    "LARGEST_STAFF",
    "Area",
    "BodyProposal",
    "FundingSource",
    "Indicator",
    "IndicatorDomain",
    "IndicatorValue",
    "Objective",
    "Pillar",
    "PublicBody",
    "SelectionCriterion",
    "StaffCount",
    "slug_of",
]
