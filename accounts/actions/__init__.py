from accounts.actions.employments import (
    add_employment,
    confirm_by_mail_domain,
    confirm_employment,
    end_employment,
    refuse_employment,
)
from accounts.actions.people import accept_policy, correct_name, create_administrator, invite, publish_policy, sign_up
from accounts.actions.roles import end_role, grant_role, sync_cms_groups

__all__ = [
    "accept_policy",
    "add_employment",
    "confirm_by_mail_domain",
    "confirm_employment",
    "correct_name",
    "create_administrator",
    "end_employment",
    "end_role",
    "grant_role",
    "invite",
    "publish_policy",
    "refuse_employment",
    "sign_up",
    "sync_cms_groups",
]
