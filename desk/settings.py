"""Django's settings, derived from `sigap.settings`; nothing is read from the environment here."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sigap.settings import ROOT, load

SIGAP = load()
DEMO = SIGAP.sigap_demo
BASE_DIR = ROOT
STATE_DIR = SIGAP.sigap_state_dir


POOL = 24
"""Connections of one process at most: a worker's jobs each hold one while they wait for the assistant or a provider,
so there must be one for every place (a test compares), or slow answers would keep the holding answer waiting."""


def _secret_key() -> str:
    if SIGAP.sigap_secret_key is None:
        # `sigap check` and `sigap up` refuse to run without a key; building pages or migrations needs none.
        return "not-a-secret: set SIGAP_SECRET_KEY"
    return SIGAP.sigap_secret_key.get_secret_value()


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {**dict(parse_qsl(parts.query)), "pool": {"min_size": 1, "max_size": POOL, "timeout": 10}},
        "TEST": {"NAME": None},
    }


SECRET_KEY = _secret_key()
FIELD_KEYS: list[str] = (
    [key.strip() for key in SIGAP.sigap_field_keys.get_secret_value().split(",") if key.strip()]
    if SIGAP.sigap_field_keys
    else [base64.urlsafe_b64encode(hashlib.sha256(SECRET_KEY.encode()).digest()).decode()]
)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", urlsplit(SIGAP.public_url).hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [SIGAP.public_url]
ROOT_URLCONF = "desk.urls"
ASGI_APPLICATION = "desk.asgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "procrastinate.contrib.django",
    "cases",
    "connectors",
    "desk",
]
if DEMO:
    INSTALLED_APPS.append("connectors.simulator")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "desk.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "desk.middleware.IndonesianFirstMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]
AXES_LOCKOUT_TEMPLATE = "desk/account/locked.html"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},  # NIST SP 800-63B-4: length, not character classes
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.context.desk",
            ],
        },
    }
]

DATABASES = {"default": _database(SIGAP.resolved_database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "desk" / "locale"]
TIME_ZONE = SIGAP.sigap_timezone
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static"
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = STATE_DIR / "media"

LOGIN_URL = "desk:login"
LOGIN_REDIRECT_URL = "desk:queue"
LOGOUT_REDIRECT_URL = "desk:login"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SIGAP.public_url.startswith("https://")
SESSION_COOKIE_AGE = 60 * 60 * 10
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # httpx and the bot libraries log request addresses, which carry phone numbers and Telegram's token.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "telegram": {"level": "WARNING"},
        "twilio": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "rasa_sdk": {"level": "WARNING"},
        "sanic": {"level": "WARNING"},
    },
}
