"""Settings, from the environment (12-factor). Grouped; each group says what it is for.

Without DATABASE_URL / REDIS_URL the embedded services of `portal.runtime` serve, and secrets are generated once
into PORTAL_HOME. With an outside database every secret must be given: there is no default to forget.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlparse

import pgtrigger
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal.enum_names import ENUM_NAMES
from portal.runtime.embedded import service_urls
from portal.runtime.secrets import load_or_create
from portal.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.6.0"


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


# -- Where things are kept --------------------------------------------------------------------------------------
PORTAL_HOME = Path(os.environ.get("PORTAL_HOME", BASE_DIR / "var")).resolve()
CLAMD = os.environ.get("CLAMD", "")  # a virus scanner for uploads: host:port or the path of its socket
UPLOAD_DIR = PORTAL_HOME / "uploads"  # random names, outside the web root; served only after the scope check
PORTAL_DISTRICT = os.environ.get("PORTAL_DISTRICT", "songjiang")

# -- Embedded or outside services -------------------------------------------------------------------------------
EMBEDDED = not os.environ.get("DATABASE_URL")
DEBUG = flag("DEBUG")
_generated = load_or_create(PORTAL_HOME) if EMBEDDED else {}
_urls = service_urls(PORTAL_HOME)
DATABASE_URL = os.environ.get("DATABASE_URL") or _urls.database_url
REDIS_URL = os.environ.get("REDIS_URL") or _urls.redis_url


def secret(name: str) -> str:
    """A secret from the environment, else the generated one of embedded mode.

    Raises ImproperlyConfigured when neither exists: a guessable default would be worse than not starting.
    """
    value = os.environ.get(name) or _generated.get(name)
    if not value:
        raise ImproperlyConfigured(f"{name} must be set when DATABASE_URL names an outside database.")
    return value


SECRET_KEY = secret("SECRET_KEY")
FIELD_KEYS = secret("FIELD_KEYS")  # "kid:base64url(32 bytes),…", newest first
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "").split(",") if h] or (
    ["127.0.0.1", "localhost", "[::1]"] if EMBEDDED or DEBUG else []
)
# True behind the TLS proxy: `__Host-` cookies, HSTS, redirect to https. The embedded portal speaks plain http on
# the own machine only.
SECURE = flag("SECURE", default=not (EMBEDDED or DEBUG))

# -- Applications -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "import_export",
    "knox",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "portal.kit",
    "portal.territory",
    "portal.accounts",
    "portal.audit",
    "portal.jobs",
    "portal.notices",
    "portal.metrics",
    "portal.imports",
    "portal.runtime",
    "chains",
    "enterprises",
    "services",
    "portal.demo",
]

MIDDLEWARE = [
    "portal.kit.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "portal.kit.middleware.FailureMiddleware",
    "portal.kit.middleware.ApiAddressMiddleware",
    "portal.kit.middleware.BodySizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.accounts.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.middleware.IdleSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.audit.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.kit.pages.portal_context",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(0, "django.forms")


# -- Database: pooled, checked connections (reliability F7); one transaction per action, not per request --------
def database(url: str) -> dict:
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// address.")
    options: dict = dict(parse_qsl(parts.query))
    # Short reads by many people: starting parallel workers costs a page more than they save (bench search).
    options.setdefault("options", "-c max_parallel_workers_per_gather=0")
    if flag("DB_POOL", default=True):
        options["pool"] = {"min_size": 1, "max_size": int(os.environ.get("DB_POOL_SIZE", "8")), "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Cache: a convenience only. Sessions, lock-out and throttles must survive its loss (reliability F6) ----------
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# -- Celery ------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # with the next line: a killed child's message runs again (F2)
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 60 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 55 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2 * 60 * 60,
    "socket_connect_timeout": 3,
}  # > hard limit (F4)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(PORTAL_HOME / "celerybeat-schedule")

# -- Accounts ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"change_password": "portal.accounts.forms.OwnPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # allauth counts in the cache; axes counts in the database
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "产业链党建"
MFA_ADAPTER = "portal.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.SecondFactorForm",
    "reauthenticate": "portal.accounts.forms.SecondFactorAgainForm",
}

# Five wrong passwords in 15 minutes close the pair (user name, address) for 15 minutes.
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the lock ends when it said it would
AXES_USERNAME_CALLABLE = "portal.accounts.lockout.attempted_username"
AXES_CLIENT_IP_CALLABLE = "portal.kit.address.client_address"
AXES_SENSITIVE_PARAMETERS = ["password", "otp", "code"]
AXES_LOCKOUT_CALLABLE = "portal.accounts.lockout.locked_out"
PROXY_COUNT = int(os.environ.get("PROXY_COUNT", "0"))  # proxies in front of the portal
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W003"]

# -- Sessions and cookies ----------------------------------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_MINUTES = int(os.environ.get("SESSION_IDLE_MINUTES", "30"))
SESSION_COOKIE_AGE = SESSION_IDLE_MINUTES * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # htmx reads the token from the page, never from the cookie
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "portal-session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "portal-csrf"
LANGUAGE_COOKIE_NAME = "portal-language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.kit.failures.csrf_failure"

# -- Headers -----------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
PERMISSIONS_POLICY = {name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")}

# -- Language, time, numbers -------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# -- Static files ------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"] if (BASE_DIR / "static" / "dist").is_dir() else []
WHITENOISE_USE_FINDERS = (
    EMBEDDED or DEBUG
)  # served from the sources: nothing to collect on a newcomer's machine
if WHITENOISE_USE_FINDERS:
    STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(UPLOAD_DIR)},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# -- Uploads -----------------------------------------------------------------------------------------------------
IMPORT_MAX_BYTES = 64 * 1024 * 1024
IMPORT_MAX_ROWS = int(os.environ.get("IMPORT_MAX_ROWS", "200000"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The addresses that take a file; every other one reads no more than DATA_UPLOAD_MAX_MEMORY_SIZE.
UPLOAD_URL_NAMES = {
    "api:imports", "import-create", "api:procurement-deal-attachments", "deal-attach", "guide-attach", "api:demands",
    "api:demand-attachments", "demand-new", "demand-attach",
}  # fmt: skip
# Who has not signed in sends a name, a password, a code: nothing larger is read.
SIGN_IN_URL_NAMES = {"account_login", "mfa_authenticate", "api:auth-token"}
SIGN_IN_MAX_BYTES = 32 * 1024
UPLOAD_MAX_BYTES = IMPORT_MAX_BYTES + 1024 * 1024  # the form around the file
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# -- REST --------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.accounts.authentication.TokenAuthentication",
        "portal.kit.api.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["portal.kit.api.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.kit.api.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "portal.kit.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "portal.kit.schema.PortalSchema",
    "EXCEPTION_HANDLER": "portal.kit.problem_handler.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
    "DEFAULT_VERSIONING_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {
    "TOKEN_TTL": timedelta(hours=10),
    "AUTO_REFRESH": False,
    "TOKEN_LIMIT_PER_USER": 20,
    "AUTH_HEADER_PREFIX": "Token",
}
DRF_STANDARDIZED_ERRORS = {"ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True}
SPECTACULAR_SETTINGS = {
    "TITLE": "产业链党建门户 REST",
    "DESCRIPTION": "Industry-chain Party-building portal. Errors follow one shape; lists use opaque cursors.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    "SWAGGER_UI_DIST": "SIDECAR",  # no CDN: the network has no internet
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

# -- History -----------------------------------------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True
PGHISTORY_LEVEL = pgtrigger.Statement  # one trigger call a statement: bulk imports pay once
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# -- Domain settings ---------------------------------------------------------------------------------------------
SCREEN_SECONDS = int(os.environ.get("SCREEN_SECONDS", "15"))  # how long a picture stays on the big screen
SURVEY_DUE_DAYS = int(os.environ.get("SURVEY_DUE_DAYS", "180"))
SURVEY_OVERDUE_DAYS = int(os.environ.get("SURVEY_OVERDUE_DAYS", "365"))
LIAISON_VISIT_DAYS = int(os.environ.get("LIAISON_VISIT_DAYS", "90"))
BOOKING_CHECK_IN_BEFORE_MINUTES = int(os.environ.get("BOOKING_CHECK_IN_BEFORE_MINUTES", "30"))
BOOKING_CHECK_IN_AFTER_MINUTES = int(os.environ.get("BOOKING_CHECK_IN_AFTER_MINUTES", "15"))
BOOKING_OFFER_MINUTES = int(
    os.environ.get("BOOKING_OFFER_MINUTES", "120")
)  # a freed place waits for its answer
BOOKING_LEAD_MINUTES = int(
    os.environ.get("BOOKING_LEAD_MINUTES", "0")
)  # enterprises book at least so long ahead
BOOKING_DAYS_AHEAD = int(os.environ.get("BOOKING_DAYS_AHEAD", "92"))  # sessions are made for so many days
BOOKING_REMIND_HOURS = int(os.environ.get("BOOKING_REMIND_HOURS", "24"))

# -- Notices: which way messages leave the portal; a channel without gateway keeps its messages queued ------------
# "smtp" (the EMAIL_ settings), "file" (JSON lines below PORTAL_HOME), an https:// address that takes JSON, or nothing.
_demo_gateway = "file" if EMBEDDED else ""
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", default=EMAIL_PORT == 587)
EMAIL_USE_SSL = flag("EMAIL_USE_SSL", default=EMAIL_PORT == 465)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "portal@localhost")
NOTICE_GATEWAYS = {
    "email": os.environ.get("NOTICE_EMAIL_GATEWAY", "smtp" if EMAIL_HOST else _demo_gateway),
    "sms": os.environ.get("NOTICE_SMS_GATEWAY", _demo_gateway),
    "wecom": os.environ.get("NOTICE_WECOM_GATEWAY", _demo_gateway),
}
NOTICE_GATEWAY_TOKENS = {
    "email": os.environ.get("NOTICE_EMAIL_TOKEN", ""),
    "sms": os.environ.get("NOTICE_SMS_TOKEN", ""),
    "wecom": os.environ.get("NOTICE_WECOM_TOKEN", ""),
}
NOTICE_OUTBOX_DIR = PORTAL_HOME / "outbox"

# -- Work orders -------------------------------------------------------------------------------------------------
# Days after its end that a demand keeps names, phones and files (a year at least); then they go, by night.
DEMAND_RETENTION_DAYS = max(365, int(os.environ.get("DEMAND_RETENTION_DAYS", "1095")))
PORTAL_URL = os.environ.get("PORTAL_URL", "").rstrip("/")  # the address that messages link to; empty: no link

# -- Logging: one JSON line an event in production, readable lines in development --------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "portal.kit.logs.formatter", "json": not (EMBEDDED or DEBUG)}},
    "filters": {"refusals": {"()": "portal.kit.logs.RefusalsWithoutStack"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "lines",
            "filters": ["refusals"],
            "stream": sys.stderr,
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {name: {"level": "WARNING"} for name in ("axes", "celery", "django.server")},
}
