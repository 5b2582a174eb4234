"""Our pages about people, and the part of allauth's that this site uses, under Italian paths."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from accounts.views import confirmations, people, privacy, profile, sign_in, staff_import
from lib import url_converters  # noqa: F401 - registers <id:…>

app_name = "accounts"
urlpatterns = [
    path("profilo/", profile.profile, name="profile"),
    path("profilo/enti/aggiungi/", profile.employment_create, name="employment_create"),
    path("profilo/enti/<id:pk>/termina/", profile.employment_end, name="employment_end"),
    path("profilo/dati/", privacy.own_data, name="own_data"),
    path("profilo/dati/copia/", privacy.own_data_copy, name="own_data_copy"),
    path("profilo/dati/cancella/", privacy.erasure_ask, name="erasure_ask"),
    path("profilo/dati/annulla-cancellazione/", privacy.erasure_withdraw, name="erasure_withdraw"),
    path("coordinamento/cancellazioni/", privacy.erasure_list, name="erasure_list"),
    path("coordinamento/cancellazioni/<id:pk>/esegui/", privacy.erasure_carry_out, name="erasure_carry_out"),
    path("informativa-privacy/", sign_in.policy_detail, name="policy_detail"),
    path("dimostrazione/entra/", sign_in.demo_login, name="demo_login"),
    path("coordinamento/persone/", people.people_list, name="people_list"),
    path("coordinamento/persone/invita/", people.invitation_create, name="invitation_create"),
    path("coordinamento/persone/esporta/", staff_import.people_export, name="people_export"),
    path("coordinamento/persone/importa/", staff_import.staff_import, name="staff_import"),
    path("coordinamento/persone/importa/<id:pk>/", staff_import.staff_import_detail, name="staff_import_detail"),
    path(
        "coordinamento/persone/importa/<id:pk>/conferma/",
        staff_import.staff_import_confirm,
        name="staff_import_confirm",
    ),
    path("coordinamento/persone/<id:pk>/", people.person_manage, name="person_manage"),
    path("coordinamento/persone/<id:pk>/ruoli/", people.role_create, name="role_create"),
    path("coordinamento/rapporti/<id:pk>/sposta/", people.employment_move, name="employment_move"),
    path("coordinamento/ruoli/<id:pk>/termina/", people.role_end, name="role_end"),
    path("coordinamento/conferme/", confirmations.confirmation_list, name="confirmation_list"),
    path("coordinamento/conferme/<id:pk>/conferma/", confirmations.employment_confirm, name="employment_confirm"),
    path("coordinamento/conferme/<id:pk>/rifiuta/", confirmations.employment_refuse, name="employment_refuse"),
]

# Included without namespace by config/urls.py: allauth looks its addresses up by these names.
sign_in_urlpatterns = [
    path("", account.login, name="account_login"),
    path("esci/", account.logout, name="account_logout"),
    path("registrazione/", sign_in.sign_up, name="account_signup"),
    path("sospeso/", account.account_inactive, name="account_inactive"),
    path("conferma-identita/", account.reauthenticate, name="account_reauthenticate"),
    path("email/", account.email, name="account_email"),
    path("email/verifica/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^email/verifica/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("password/cambia/", account.password_change, name="account_change_password"),
    path("password/imposta/", account.password_set, name="account_set_password"),
    path("password/recupera/", account.password_reset, name="account_reset_password"),
    path("password/recupera/inviata/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/recupera/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/recupera/fatto/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("secondo-fattore/", second_factor.index, name="mfa_index"),
    path("secondo-fattore/codice/", second_factor.authenticate, name="mfa_authenticate"),
    path("secondo-fattore/conferma-identita/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("secondo-fattore/app/attiva/", totp.activate_totp, name="mfa_activate_totp"),
    path("secondo-fattore/app/disattiva/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("secondo-fattore/riserva/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("secondo-fattore/riserva/genera/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("secondo-fattore/riserva/scarica/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
