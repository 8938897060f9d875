"""Django's settings, built from ours (``liuchi.project.settings``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from liuchi.kernel.keyring import KeyRing
from liuchi.project import keys as installation_keys
from liuchi.project import logs
from liuchi.project.postgres import Cluster, Role
from liuchi.project.settings import Mode, from_environment

LIUCHI = from_environment()
ROOT = Path(__file__).resolve().parents[3]
SOURCE = Path(__file__).resolve().parents[1]

# Before the first start there is no key file; whatever only looks at settings (type
# checks, --help) gets keys that are forgotten with the process. Test processes share theirs.
_keys = (
    installation_keys.read_or_make(LIUCHI.data_dir)
    if LIUCHI.mode is Mode.TEST
    else installation_keys.read(LIUCHI.data_dir) or installation_keys.new_keys()
)

SECRET_KEY = LIUCHI.secret_key or _keys.secret_key
LIUCHI_KEY_RING = KeyRing.from_text(LIUCHI.key_ring or _keys.key_ring)
LIUCHI_MODE = str(LIUCHI.mode)
LIUCHI_DATA_DIR = LIUCHI.data_dir
LIUCHI_NOTICES = LIUCHI.notices
LIUCHI_PUBLIC_ADDRESS = LIUCHI.public_address
LIUCHI_MAP_TILES = LIUCHI.map_tiles

DEBUG = LIUCHI.debug
ALLOWED_HOSTS = list(LIUCHI.allowed_hosts) or ["*"]  # * only outside production
ROOT_URLCONF = "liuchi.project.urls"
WSGI_APPLICATION = "liuchi.project.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "liuchi.engines.journal.apps.JournalConfig",
    "liuchi.engines.accounts.apps.AccountsConfig",
    "liuchi.engines.files.apps.FilesConfig",
    "liuchi.engines.directory.apps.DirectoryConfig",
    "liuchi.engines.points.apps.PointsConfig",
    "liuchi.engines.cases.apps.CasesConfig",
    "liuchi.engines.visits.apps.VisitsConfig",
    "liuchi.engines.disclosures.apps.DisclosuresConfig",
    "liuchi.engines.notices.apps.NoticesConfig",
    "liuchi.engines.indicators.apps.IndicatorsConfig",
    "liuchi.engines.bulletins.apps.BulletinsConfig",
    "liuchi.engines.collect.apps.CollectConfig",
    "liuchi.surfaces.components",
    "liuchi.surfaces.portal",
    "liuchi.surfaces.desk",
    "liuchi.surfaces.api",
    "liuchi.surfaces.open311",
]
AUTH_USER_MODEL = "accounts.User"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "liuchi.project.middleware.operations",
    "liuchi.project.middleware.content_security_policy",
    "liuchi.project.middleware.compressed",
    "liuchi.project.admission.admission",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "liuchi.surfaces.components.sessions.standing",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]


class _UnknownVariable(str):
    """Stands for a variable a template asked for and nobody gave: a mistake, in tests."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, variable: object) -> str:
        msg = f"unknown template variable: {variable}"
        raise LookupError(msg)


TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "liuchi.surfaces.components.context.page",
            ],
            **({"string_if_invalid": _UnknownVariable("%s")} if LIUCHI.mode is Mode.TEST else {}),
        },
    }
]


def database(url: str, *, pooled: bool, options: str = "") -> dict[str, Any]:
    """Return Django's form of a PostgreSQL URL; ``options`` go to the server as they are."""
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    # What journal.scope.planned_once() asks is planned once a connection, from the second time on.
    extra: dict[str, Any] = {"connect_timeout": 5, "prepare_threshold": 1}
    if options:
        extra["options"] = options
    if pooled:
        extra["pool"] = {"min_size": 2, "max_size": 24, "timeout": 10}
    return {
        "ENGINE": "liuchi.project.pooled",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "OPTIONS": {**query, **extra},
        "CONN_MAX_AGE": 0,
        # A pooled connection may have outlived the server: look before handing it out.
        "CONN_HEALTH_CHECKS": pooled,
        "ATOMIC_REQUESTS": False,
    }


if LIUCHI.mode is Mode.TEST:
    # The suite points these at a database of its own for each test (tests/conftest.py).
    _urls = ("postgresql://nobody@/none", "postgresql://nobody@/none")
elif LIUCHI.embedded:
    _cluster = Cluster(LIUCHI.data_dir, port=LIUCHI.postgres_port)
    _urls = (_cluster.url(Role.APP), _cluster.url(Role.OWNER))
else:
    _urls = (LIUCHI.database_url, LIUCHI.owner_database_url)
DATABASES = {
    "default": database(_urls[0], pooled=LIUCHI.mode is not Mode.TEST),
    # A migration that waits for a lock makes everybody behind it wait: it gives up instead.
    "owner": database(_urls[1], pooled=False, options="-c lock_timeout=5s"),
}
DATABASE_ROUTERS = ["liuchi.project.database.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "surfaces" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

LOGIN_URL = "/sign-in/"
CSRF_FAILURE_VIEW = "liuchi.surfaces.components.problems.csrf_failure"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "liuchi.surfaces.components.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: one working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LIUCHI.mode is Mode.PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if LIUCHI.mode is Mode.PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed; the passwords are "password"
    if LIUCHI.mode is Mode.TEST
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
AUTHENTICATION_BACKENDS = ["liuchi.engines.accounts.actions.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

STATIC_URL = "/static/"
STATIC_ROOT = LIUCHI.data_dir / "static"
if LIUCHI.mode is Mode.TEST:  # nothing is collected; whitenoise warns of a folder that is missing
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LIUCHI.mode is Mode.TEST
        else "liuchi.project.static.HashedStorage"
    },
}
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "liuchi.project.static.VendorFinder",
]
LIUCHI_NODE_MODULES = ROOT / "node_modules"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = LIUCHI.mode is Mode.TEST

# Work by the calendar; a job reads as the application role, like everything else.
PROCRASTINATE_IMPORT_PATHS = ["liuchi.project.periodic"]

LOGGING = logs.configuration()
