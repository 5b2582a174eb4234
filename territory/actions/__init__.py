from territory.actions.bodies import set_mail_domain
from territory.actions.imports import confirm, prepare
from territory.actions.loading import import_territory
from territory.actions.merging import merge_bodies
from territory.actions.proposals import accept_proposal, propose_body, refuse_proposal
from territory.actions.staff_counts import count_staff

__all__ = [
    "accept_proposal",
    "confirm",
    "count_staff",
    "import_territory",
    "merge_bodies",
    "prepare",
    "propose_body",
    "refuse_proposal",
    "set_mail_domain",
]
