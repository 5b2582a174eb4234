"""One settings file with production defaults; `.env.example` explains every variable.

An unknown or impossible value refuses to start. There is no DEBUG: development runs what production runs.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config import environment
from courses import embeds

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

# --- Where things are -------------------------------------------------------------------------------------------
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
SITE_URL = environment.site_url(env("SITE_URL", default="http://localhost:8000"))
SITE_HOST = urlsplit(SITE_URL).hostname
IS_LOOPBACK = SITE_HOST in environment.LOOPBACK
IS_HTTPS = SITE_URL.startswith("https:")
DEMO = env.bool("DEMO", default=False)
if DEMO and not IS_LOOPBACK:
    raise ImproperlyConfigured("DEMO shows passwords on the login page: it only runs on http://localhost.")

# --- Security ---------------------------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="") or environment.secret_key(VAR_DIR / "secret_key")
ALLOWED_HOSTS = sorted(environment.LOOPBACK | {"[::1]"}) if IS_LOOPBACK else [SITE_HOST]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview frames our own pages
SESSION_COOKIE_AGE = 60 * 60 * 12
LANGUAGE_COOKIE_HTTPONLY = True
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # SAMEORIGIN, see above
if not IS_HTTPS:
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap Italia's selects and checks, the TOTP code
        "frame-src": [SELF, *embeds.HOSTS],  # framed only after a click, see static/js/embed.js
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
PERMISSIONS_POLICY = {name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
FORMS_URLFIELD_ASSUME_HTTPS = True  # what Django 6 does; an address without a scheme is https

# --- Apps, in the order of the house: docs/decisions/0001-the-house.md -------------------------------------------
LOCAL_APPS = ["cms", "reports", "certificates", "tutorship", "courses", "accounts", "territory", "journal"]
INSTALLED_APPS = [
    *LOCAL_APPS,
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "huey.contrib.djhuey",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "config.middleware.MalformedRequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # A key is written {{ row.pk|unlocalize }}: 1502 and not 1.502.
            "builtins": ["lib.icons", "lib.elision", "django.templatetags.l10n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cms.context_processors.frame",
            ],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'site.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728;",
    }
elif not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    raise ImproperlyConfigured("DATABASE_URL must be sqlite:///… or postgres://….")
# Opening a connection costs a quarter of a page, with SQLite too.
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

QUEUE_URL = env("QUEUE_URL", default=f"sqlite:///{VAR_DIR / 'queue.sqlite3'}")
HUEY = {
    "name": "cic",
    "immediate": False,
    "results": False,
    "consumer": {"workers": 2, "worker_type": "thread", "max_delay": 1.0, "graceful_signal": "TERM"},
}
match urlsplit(QUEUE_URL).scheme:
    case "sqlite":
        HUEY |= {
            "huey_class": "huey.SqliteHuey",
            "connection": {"filename": QUEUE_URL.removeprefix("sqlite:///"), "timeout": 30},
        }
    case "postgres" | "postgresql":
        HUEY |= {"huey_class": "huey.PostgresHuey", "connection": {"dsn": QUEUE_URL}}
    case "redis" | "rediss":
        HUEY |= {"huey_class": "huey.RedisHuey", "connection": {"url": QUEUE_URL}}
    case other:
        raise ImproperlyConfigured(f"QUEUE_URL must begin with sqlite, postgres or redis, not {other!r}.")
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}  # Wagtail's search index

# --- Files ------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
FRONT_DIR = VAR_DIR / "front"  # cut from the front-end packages by `manage.py build_front`
FRONT_DIR.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static", FRONT_DIR]
STATIC_BACKENDS = {
    "hashed": "whitenoise.storage.CompressedManifestStaticFilesStorage",
    "plain": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
STATIC_BACKEND = environment.one_of("STATIC_BACKEND", env("STATIC_BACKEND", default="hashed"), set(STATIC_BACKENDS))
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"  # certificates, act templates, recordings: only views that check permissions read it
X_ACCEL_PREFIX = env("X_ACCEL_PREFIX", default="")  # an internal location of nginx that points at PRIVATE_ROOT
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": STATIC_BACKENDS[STATIC_BACKEND]},
}
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Language and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "it"
LANGUAGES = [("it", _("Italian")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = [("it", _("Italian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Rome"

# --- People and sign-in -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.adapters.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "first_name", "last_name")}),
    ]
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reports:my_training"
TUTOR_REDIRECT_URL = "tutorship:tutor_week"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners follow links
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "add_email": "accounts.forms.AddEmailForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.SecondFactorReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "deactivate_totp": "accounts.forms.DeactivateTOTPForm",
    "generate_recovery_codes": "accounts.forms.GenerateRecoveryCodesForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Competenze in Comune"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)

# --- Mail -------------------------------------------------------------------------------------------------------
EMAIL_URL = env("EMAIL_URL", default="")
if IS_HTTPS and not EMAIL_URL:
    raise ImproperlyConfigured("EMAIL_URL is missing: a site on https must send its mail, see .env.example.")
vars().update(env.email_url_config(EMAIL_URL or "dummymail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL", default="Competenze in Comune <no-reply@localhost>")
MAIL_DELIVERY_ATTEMPTS = 8

# --- The CMS ----------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Competenze in Comune"
WAGTAIL_WORKFLOW_ENABLED = False  # who writes also publishes
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = reverse_lazy("account_login")
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "ods", "pdf", "xlsx"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "italian"}}

# --- The rules of the service, where an administration may differ -------------------------------------------------
LESSON_MINIMUM_SECONDS_PER_MINUTE = env.int("LESSON_MINIMUM_SECONDS_PER_MINUTE", default=6)
TRAINING_TARGET_HOURS = env.int("TRAINING_TARGET_HOURS", default=40)
SILENT_AFTER_DAYS = env.int("SILENT_AFTER_DAYS", default=90)
ERASURE_AFTER_DAYS = env.int("ERASURE_AFTER_DAYS", default=14)
RETENTION_MAIL_DAYS = env.int("RETENTION_MAIL_DAYS", default=365)
RETENTION_JOB_DAYS = env.int("RETENTION_JOB_DAYS", default=90)
RETENTION_INVITED_DAYS = env.int("RETENTION_INVITED_DAYS", default=365)
RETENTION_LEFT_DAYS = env.int("RETENTION_LEFT_DAYS", default=3_650)
CERTIFICATE_LEASE = timedelta(minutes=5)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {"huey": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
