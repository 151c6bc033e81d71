"""Settings. Everything that differs between machines comes from the environment.

| variable | meaning | when absent |
|---|---|---|
| CELLGATE_DEMO | http on this machine, readable logs, long sessions | off: https only |
| CELLGATE_VAR | folder for everything that is written at run time | `.var` beside manage.py |
| SECRET_KEY | signs sessions; the same on every server | made once, kept in `.var` |
| DATABASE_URL | `postgres://user:password@host/name`, `sqlite:////path` | SQLite in `.var` |
| REDIS_URL | broker and cache, `redis://host:6379/0` | `start` runs one; else memory only |
| EMAIL_URL | `smtp+tls://user:password@host:587` | files in `.var/mail` |
| MAIL_FROM | sender of our mail | cellgate@localhost |
| ALLOWED_HOSTS | names of the site, with commas | this machine only |
| CSRF_TRUSTED_ORIGINS | `https://…` of the site where a proxy rewrites the host | none |
| SITE_URL | how mail links back to the site | http://127.0.0.1:8000 |
| TRUST_PROXY | believe X-Forwarded-Proto and -For; only behind a proxy that sets both | off |
| SIGN_IN_TRIES | wrong passwords before an account is locked for 15 minutes | 3 |
| DATABASE_SILENCE_SECONDS | after these, PostgreSQL gives up a host that went silent | 60 |
| HAND_OVER_SECONDS | after these, work that nobody finished is handed to a worker again | 120 |
| WEBHOOK_NETWORKS | private networks that webhooks may lead to, with commas | none |
| METRICS_TOKEN | the bearer token that opens /metrics | METRICS_FROM opens it |
| METRICS_FROM | networks that may read /metrics, with commas | this machine |
| API_RATE | requests that one user may send to the API | 3000/min |
"""

import secrets
from pathlib import Path

import environ

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env("CELLGATE_VAR", default=str(BASE_DIR / ".var"))).resolve()
VAR.mkdir(parents=True, exist_ok=True)
DEMO = env.bool("CELLGATE_DEMO", default=False)
DEBUG = False


def kept_secret(path: Path) -> str:
    """The secret in `path`, made on first use. Of two processes that start at once, one wins."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # the other process was first; both read its secret below
        finally:
            draft.unlink()
    return path.read_text()


SECRET_KEY = env("SECRET_KEY", default="") or kept_secret(VAR / "secret-key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "config",
    "procurement",
    "compliance",
    "django.contrib.auth",
    "django.contrib.admin",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "knox",
    "axes",
    "csp",
    "django_htmx",
]
MIDDLEWARE = [
    "config.middleware.name_request",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.restrict_browser",
    "csp.middleware.CSPMiddleware",
    "config.middleware.bound_body",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.renew_session",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "compliance.web.nudge.follow_changes",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],  # before any library's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database ---------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'cellgate.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without these, a web process and two workers meet "database is locked" at once: WAL lets
    # readers pass a writer, IMMEDIATE makes a writer wait at its start, not fail in its middle.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; "
            "PRAGMA recursive_triggers=ON;"  # or REPLACE takes rows away unseen
            # A piece of a re-check writes some megabytes: with 2 MB they are put aside and read
            # again. The log is copied back each thousand pages as ever: four thousand at once cost
            # less, and made a person wait for seconds whose commit it fell to.
            "PRAGMA cache_size=-16000;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A host that is cut off in the middle of a transaction must not hold its locks, which others
    # wait for, until TCP gives up hours later; nor wait that long itself for a server that is gone.
    silence = env.int("DATABASE_SILENCE_SECONDS", default=60)
    asked = DATABASES["default"].setdefault("OPTIONS", {})
    asked |= {
        "connect_timeout": 10,
        "keepalives_idle": silence // 4,
        "keepalives_interval": max(1, silence // 8),
        "keepalives_count": 4,
        "tcp_user_timeout": silence * 1000,
        "options": f"{asked.get('options', '')} -c idle_in_transaction_session_timeout={silence}s "
        f"-c tcp_user_timeout={silence}s -c tcp_keepalives_idle={max(1, silence // 4)}",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- broker, cache, tasks ---------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cellgate",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_DEFAULT_QUEUE = "changes"
CELERY_TASK_IGNORE_RESULT = True  # what came of a task is in the database, in one place
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SOFT_TIME_LIMIT = 210
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        # A task whose worker was killed comes back after this. It exceeds two hard limits: a worker
        # may hold one task back while it runs another.
        "visibility_timeout": env.int("TASK_VISIBILITY_SECONDS", default=540),
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,  # the default of 10 looks only every 100 seconds
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "socket_timeout": 60,  # a broker that went away without a word is asked for anew
    }
    if REDIS_URL
    else {}
)
# A person who submits while the broker is away must not wait for it: the sweep finds their lines.
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}

HAND_OVER_SECONDS = env.int("HAND_OVER_SECONDS", default=120)

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "procurement.User"
KNOX_TOKEN_MODEL = "procurement.ApiToken"  # noqa: S105
MIGRATION_MODULES = {"knox": None}  # its own tokens' table, which ours replaces, is never made
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
CSRF_FAILURE_VIEW = "config.problems.form_expired"
VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": f"{VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{VALIDATORS}.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_RESET_TIMEOUT = 60 * 60
AXES_FAILURE_LIMIT = env.int("SIGN_IN_TRIES", default=3)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_FORM_FIELD = "username"  # what the form calls it; the lock never closes otherwise
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "config.middleware.client_address"
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 12 * 60 * 60 if DEMO else 15 * 60  # idle; config.middleware.renew_session
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- the browser's side of security -----------------------------------------------------------
SECURE_SSL_REDIRECT = not DEMO
# Probes come from inside, over plain http.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_HSTS_PRELOAD = not DEMO
SESSION_COOKIE_SECURE = not DEMO
CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
TRUST_PROXY = env.bool("TRUST_PROXY", default=False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024  # cells pasted from a large spreadsheet
LARGEST_BODY = 101 * 1024 * 1024  # a file of 100 MB, and what a form says beside it
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- files and mail ---------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "files"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("MAIL_FROM", default="Cellgate <cellgate@localhost>")
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = VAR / "mail"
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "config.mailbox.FolderBackend"

# --- the API ----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env("API_RATE", default="3000/min")},
    "EXCEPTION_HANDLER": "config.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cellgate",
    "DESCRIPTION": "May this battery part be bought, on which day, under which law, and why.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "BomState": "procurement.models.Bom.State",
        "UploadState": "procurement.models.Upload.State",
        "EditionState": "compliance.models.Edition.State",
        "RecheckState": "compliance.models.Recheck.State",
        "VerdictWord": "compliance.api.serializers.WORDS",
        "Category": "procurement.api.serializers.CATEGORIES",
        "Chemistry": "procurement.api.serializers.CHEMISTRIES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.problems.describe_problems",
    ],
}

# --- webhooks ----------------------------------------------------------------------------------
WEBHOOK_NETWORKS = env.list("WEBHOOK_NETWORKS", default=[])

# --- numbers for Prometheus --------------------------------------------------------------------
METRICS_TOKEN = env("METRICS_TOKEN", default="")
METRICS_FROM = env.list("METRICS_FROM", default=["127.0.0.0/8", "::1/128"])

# --- language, clock, logs --------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = "config.logs.configure"
LOGGING = {"readable": DEMO, "level": env("LOG_LEVEL", default="INFO")}
