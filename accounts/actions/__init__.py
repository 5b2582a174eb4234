from accounts.actions.employments import (
    add_employment,
    confirm_by_mail_domain,
    confirm_employment,
    end_employment,
    refuse_employment,
)
from accounts.actions.people import accept_policy, correct_name, create_administrator, invite, publish_policy, sign_up
from accounts.actions.roles import end_role, grant_role, sync_cms_groups
from accounts.actions.staff_import import (
    check_staff,
    confirm_staff,
    delete_expired_imports,
    upload_staff,
    work_on_staff_imports,
)

__all__ = [
    "accept_policy",
    "add_employment",
    "check_staff",
    "confirm_by_mail_domain",
    "confirm_employment",
    "confirm_staff",
    "correct_name",
    "create_administrator",
    "delete_expired_imports",
    "end_employment",
    "end_role",
    "grant_role",
    "invite",
    "publish_policy",
    "refuse_employment",
    "sign_up",
    "sync_cms_groups",
    "upload_staff",
    "work_on_staff_imports",
]
