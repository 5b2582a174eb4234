from accounts.models.employment import Employment
from accounts.models.erasure import ErasureRequest
from accounts.models.policy import PolicyAcceptance, PolicyVersion
from accounts.models.role import RoleAssignment, Scope
from accounts.models.user import User

__all__ = ["Employment", "ErasureRequest", "PolicyAcceptance", "PolicyVersion", "RoleAssignment", "Scope", "User"]
