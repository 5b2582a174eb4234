from territory.actions.bodies import set_mail_domain
from territory.actions.indicators import confirm_indicators, prepare_indicators
from territory.actions.loading import import_territory
from territory.actions.merging import merge_bodies
from territory.actions.municipalities import confirm_import, prepare_import
from territory.actions.proposals import accept_proposal, propose_body, refuse_proposal
from territory.actions.staff_counts import confirm_counts, count_staff, prepare_counts

__all__ = [
    "accept_proposal",
    "confirm_counts",
    "confirm_import",
    "confirm_indicators",
    "count_staff",
    "import_territory",
    "merge_bodies",
    "prepare_counts",
    "prepare_import",
    "prepare_indicators",
    "propose_body",
    "refuse_proposal",
    "set_mail_domain",
]
