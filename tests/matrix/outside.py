"""Routes whose views come from Django, Wagtail or allauth, with what our settings and middleware make of them."""

from tests.factories import home_page
from tests.matrix.row import LOGIN, NO, YES, Row

PEOPLE = dict.fromkeys(("learner", "tutor", "referent", "coordinator", "anci", "editor"), YES)
PUBLIC = {"anon": YES, "open_to_all": True} | PEOPLE
NOBODY = {"anon": NO} | dict.fromkeys(PEOPLE, NO)
OWN = {"anon": LOGIN} | PEOPLE  # every person's own account
BOTH = "GET POST"

ROWS = [
    Row("wagtail_serve", kwargs=lambda world: {"args": [""]}, missing={"args": ["non-c-e/"]}, **PUBLIC),
    Row("account_login", methods=BOTH, **PUBLIC),
    Row("account_logout", methods=BOTH, **PUBLIC),
    Row("account_signup", methods=BOTH, **PUBLIC),
    Row("account_inactive", **PUBLIC),
    Row("account_reauthenticate", methods=BOTH, **OWN),
    Row("account_email", methods=BOTH, **OWN),
    Row("account_email_verification_sent", **PUBLIC),
    Row("account_confirm_email", kwargs=lambda world: {"key": "x"}, **PUBLIC),
    Row("account_confirm_email", kwargs=lambda world: {"key": "x"}, methods="POST", **NOBODY),
    Row("account_change_password", methods=BOTH, **OWN),
    Row("account_set_password", methods=BOTH, **OWN),
    Row("account_reset_password", methods=BOTH, **PUBLIC),
    Row("account_reset_password_done", **PUBLIC),
    Row("account_reset_password_from_key", kwargs=lambda world: {"uidb36": "1", "key": "x-y"}, methods=BOTH, **PUBLIC),
    Row("account_reset_password_from_key_done", **PUBLIC),
    Row("mfa_index", **OWN),
    Row("mfa_activate_totp", methods=BOTH, **OWN),
    Row("mfa_deactivate_totp", methods=BOTH, anci=YES, editor=YES),  # who has a second factor
    Row("mfa_view_recovery_codes"),  # nobody of the cast has made codes
    Row("mfa_generate_recovery_codes", methods=BOTH, **OWN),
    Row("mfa_download_recovery_codes"),
    Row("mfa_reauthenticate", methods=BOTH, **OWN),
    Row("mfa_authenticate", methods=BOTH, **OWN),  # only in the middle of a login
]

# Named routes that do not fit a row, each with the reason and the test that covers it instead.
PINNED = {
    "set_language": "answers every method with a redirect; sets one cookie: test_outside",
    "sitemap": "XML for search engines, public: test_outside",
    "wagtaildocs_serve": "a document follows the privacy of its collection: test_outside",
    "wagtaildocs_authenticate_with_password": "shared passwords, which this site does not use: test_outside",
}


def world(cast):
    return {"home": home_page()}
