"""How is the register configured?  Everything that differs between machines comes from the environment."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from . import embedded, history

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = embedded.var_dir()


def _flag(name: str, default: bool) -> bool:
    """Read a switch: 1/true/yes/on or 0/false/no/off. Raises ImproperlyConfigured otherwise."""
    value = os.environ.get(name, "").strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value:
        raise ImproperlyConfigured(f"{name}={value!r}: use 1 or 0.")
    return default


def _list(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _number(name: str, default: int) -> int:
    """Read a whole number. Raises ImproperlyConfigured otherwise."""
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit()):
        raise ImproperlyConfigured(f"{name}={text!r}: use a whole number.")
    return int(text)


def _secret_key() -> str:
    """Return the key of the environment, else one made on the first start and kept in var/."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    return embedded.kept_secret(VAR_DIR / "secret-key")


def _database() -> dict[str, Any]:
    """Return the database of DATABASE_URL, else the embedded one. Raises ImproperlyConfigured."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return embedded.django_database(VAR_DIR)
    try:
        database = dj_database_url.parse(url)
    except ValueError:
        database = {}
    if database.get("ENGINE") != "django.db.backends.postgresql" or not database["NAME"]:
        raise ImproperlyConfigured(
            "DATABASE_URL must name a PostgreSQL database: postgresql://user:password@host:5432/name,"
            " with special characters in the password percent-encoded."
        )
    return database | {"ENGINE": "registry.postgresql"}


def _web_address(name: str, default: str) -> str:
    """Read an address that paths are added to; without a final slash. Raises ImproperlyConfigured."""
    url = (os.environ.get(name) or default).rstrip("/")
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        raise ImproperlyConfigured(f"{name}={url!r}: write the whole address, as https://samarbeid.example.org.")
    return url


DEBUG = _flag("DEBUG", False)
SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = _list("SECRET_KEY_FALLBACKS", "")
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS", "")

# The address that letters and other messages link to.
SITE_URL = _web_address("SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT') or 8000}")

# Who answers for the register: named in the statements on accessibility and privacy, and in the data catalogue.
OPERATOR_NAME = os.environ.get("OPERATOR_NAME", "")
OPERATOR_ORG_NUMBER = os.environ.get("OPERATOR_ORG_NUMBER", "")
OPERATOR_EMAIL = os.environ.get("OPERATOR_EMAIL", "")

# Without a mail server, messages are printed where the command runs.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = _number("EMAIL_PORT", 25)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _flag("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "register@localhost"

# How long before a deadline its coordinators are told: months (12m) or days (7d); once more when it has passed.
REMIND_BEFORE = _list("REMIND_BEFORE", "12m,3m,1m,7d")

# Behind a proxy with TLS set HTTPS=1; `make run` serves plain HTTP on this machine only.
HTTPS = _flag("HTTPS", False)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "procrastinate.contrib.django",
    "municipalities",
    "agreements",
]

MIDDLEWARE = [
    "agreements.api.again.answer_again",
    "agreements.api.cors.open_to_all",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "registry.language.answer_in_a_language",
    "registry.uploads.limit_bodies",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# PostgreSQL is the only database: the server of DATABASE_URL, else the embedded one under var/.
DATABASES = {"default": _database()}
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
# What `agreements.answers.reading` asks again and again is planned once per connection.
DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 5)

AUTH_USER_MODEL = "municipalities.User"
# Who signs in, and then what each may do with each object: the same answer in admin and API.
AUTHENTICATION_BACKENDS = [
    "municipalities.permissions.PasswordBackend",
    "rules.permissions.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("bokmål")), ("nn", _("nynorsk")), ("en", _("engelsk"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Oslo"
FORMAT_MODULE_PATH = "registry.formats"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Files of agreements lie outside what the web server hands out; only views that ask for permission read them.
DOCUMENTS_DIR = Path(os.environ.get("DOCUMENTS_DIR") or VAR_DIR / "documents")
MAX_DOCUMENT_MB = _number("MAX_DOCUMENT_MB", 25)

# Every insert, update and delete is kept by triggers; the history itself cannot be changed.
PGHISTORY_DEFAULT_TRACKERS = history.TRACKERS
PGHISTORY_APPEND_ONLY = True
# Who did it is noted where something can be done: reading a page must not look up who reads.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# Deliveries to webhooks wait in the database; `manage.py procrastinate worker` sends them.
PROCRASTINATE_IMPORT_PATHS = ["agreements.exchange.deliveries"]
# Messages go to https addresses on the public internet only; 1 lets them go anywhere, for intranets and tests.
WEBHOOKS_ALLOW_PRIVATE = _flag("WEBHOOKS_ALLOW_PRIVATE", False)

# How many months the facts of a cooperation hold before somebody should confirm them again.
CONFIRMATION_MONTHS = _number("CONFIRMATION_MONTHS", 12)

# Where `manage.py fetch_brreg` asks what Enhetsregisteret holds of cooperations and members; another address for tests.
BRREG_URL = _web_address("BRREG_URL", "https://data.brreg.no/enhetsregisteret/api")
BRREG_TIMEOUT = 15  # seconds without a byte

# Where the whole data sets lie that /data/ hands out, and the publisher's address as linked data where it has its own.
DATA_DIR = Path(os.environ.get("DATA_DIR") or VAR_DIR / "data")
CATALOG_PUBLISHER_URI = os.environ.get("CATALOG_PUBLISHER_URI", "")

FIXTURES = BASE_DIR / "fixtures"


def tile_origin(url: str) -> str:
    """Return scheme and host of a map tile source, which pages with a map may then load pictures from.

    Raises ImproperlyConfigured for an address that would not work, or would open more than one host.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host = re.fullmatch(r"[a-z0-9.-]+(:\d{1,5})?", parts.netloc, re.IGNORECASE)
    except ValueError:
        host = None
    if not host or parts.scheme != "https" or not all(part in url for part in ("{z}", "{x}", "{y}")):
        raise ImproperlyConfigured(
            f"MAP_TILE_URL={url!r}: use an address of one host, like https://tiles.example.org/{{z}}/{{x}}/{{y}}.png"
        )
    return f"https://{parts.netloc}"


# The background of the geographic map, from another host; none is used unless the operator names one.
MAP_TILE_URL = os.environ.get("MAP_TILE_URL", "").strip()
MAP_TILE_CREDIT = os.environ.get("MAP_TILE_CREDIT", "").strip()
MAP_TILE_ORIGIN = tile_origin(MAP_TILE_URL)

# How often the API may be asked in a minute: with one token, and from one address in each worker; 0: any number.
THROTTLE_TOKEN = _number("THROTTLE_TOKEN", 600)
THROTTLE_READS = _number("THROTTLE_READS", 3000)
# Tokens that open nothing, and attempts to write without one, from one address in a minute.
THROTTLE_FAILED_TOKENS = _number("THROTTLE_FAILED_TOKENS", 30)
# Proxies of ours, whose X-Forwarded-For tells who asks.
TRUSTED_PROXIES = frozenset(_list("TRUSTED_PROXIES", "127.0.0.1,::1"))
# How much is taken in one request to the API.
MAX_API_BODY_MB = _number("MAX_API_BODY_MB", 10)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["agreements.api.tokens.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["agreements.api.throttling.Throttle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "agreements.api.errors.answer",
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Register over interkommunalt samarbeid",
    "DESCRIPTION": _(
        "Hvem som deltar i hvilket samarbeid, i hvilken rolle, fra når til når, og ifølge hvilken kilde. "
        "Alle kan lese; å skrive krever et token. Alle datoer er medregnet; «on» velger datoen svaret gjelder for. "
        "Ukjente parametere og ugyldige verdier gir 400 med melding for hver parameter. Tekster følger Accept-Language."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    # A change says why, so not all that it takes can be left out.
    "COMPONENT_SPLIT_PATCH": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "agreements.api.schema.allow_fewer_fields",
        "agreements.api.schema.tell_what_all_share",
    ],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    # The page of documentation uses our own copy of Swagger UI and sends nothing to others.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "ENUM_NAME_OVERRIDES": {
        "CooperationForm": "agreements.models.Form",
        "CooperationStatus": "agreements.filters.STATUSES",
        "DatePrecision": "agreements.models.DatePrecision",
        "MemberRole": "agreements.models.Role",
        "MemberBasis": "agreements.api.serializers.BASES",
        "NoticeBasis": "agreements.models.Notice.Basis",
        "DecisionOutcome": "agreements.models.Decision.Outcome",
        "FindingOutcome": "agreements.rules.Outcome",
        "CooperationRelationKind": "agreements.models.CooperationRelation.Kind",
        "OrganKind": "agreements.models.Organ.Kind",
        "OrganisationKind": "municipalities.models.Organisation.Kind",
        "OrganisationNameKind": "municipalities.models.OrganisationName.Kind",
        "MunicipalityChangeKind": "municipalities.models.MunicipalityChange.Kind",
        "ChangeKind": "agreements.models.Change.Kind",
        "ChangedObjectType": "agreements.models.Change.ObjectType",
        "PointKind": "municipalities.models.Municipality.PointKind",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_secrets": {"()": "registry.log.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_secrets"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
