from accounts.actions.employments import (
    add_employment,
    confirm_by_mail_domain,
    confirm_employment,
    end_employment,
    refuse_employment,
)
from accounts.actions.erasure import ask_erasure, carry_out_erasure, erase_due, erase_person, withdraw_erasure
from accounts.actions.moving import carry_over, move_person, move_staff
from accounts.actions.own_data import copy_own_data
from accounts.actions.people import accept_policy, correct_name, create_administrator, invite, publish_policy, sign_up
from accounts.actions.retention import purge
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
    "ask_erasure",
    "carry_out_erasure",
    "carry_over",
    "check_staff",
    "confirm_by_mail_domain",
    "confirm_employment",
    "confirm_staff",
    "copy_own_data",
    "correct_name",
    "create_administrator",
    "delete_expired_imports",
    "end_employment",
    "end_role",
    "erase_due",
    "erase_person",
    "grant_role",
    "invite",
    "move_person",
    "move_staff",
    "publish_policy",
    "purge",
    "refuse_employment",
    "sign_up",
    "sync_cms_groups",
    "upload_staff",
    "withdraw_erasure",
    "work_on_staff_imports",
]
