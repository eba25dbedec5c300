"""All settings. What differs between places comes from `shopping.environment`, what beat and workers
do from `shopping.work`."""

from __future__ import annotations

import sys
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from shopping.admin_theme import UNFOLD as UNFOLD
from shopping.api import CORS_ALLOW_ALL_ORIGINS as CORS_ALLOW_ALL_ORIGINS
from shopping.api import CORS_ALLOW_HEADERS as CORS_ALLOW_HEADERS
from shopping.api import CORS_EXPOSE_HEADERS as CORS_EXPOSE_HEADERS
from shopping.api import CORS_PREFLIGHT_MAX_AGE as CORS_PREFLIGHT_MAX_AGE
from shopping.api import CORS_URLS_REGEX as CORS_URLS_REGEX
from shopping.api import REST_FRAMEWORK as REST_FRAMEWORK
from shopping.api import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from shopping.environment import BASE_DIR, STRIPE_API, STRIPE_JS, env
from shopping.mail_server import mail_server
from shopping.monitoring.logs import logging_of
from shopping.oauth import OAUTH2_PROVIDER as OAUTH2_PROVIDER
from shopping.oauth import OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL as OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL
from shopping.oauth import OAUTH2_PROVIDER_APPLICATION_MODEL as OAUTH2_PROVIDER_APPLICATION_MODEL
from shopping.oauth import OAUTH2_PROVIDER_GRANT_MODEL as OAUTH2_PROVIDER_GRANT_MODEL
from shopping.oauth import (
    OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL as OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL,
)
from shopping.work import CELERY_BEAT_SCHEDULE as CELERY_BEAT_SCHEDULE
from shopping.work import CELERY_BEAT_SCHEDULER as CELERY_BEAT_SCHEDULER
from shopping.work import CELERY_TASK_DEFAULT_QUEUE as CELERY_TASK_DEFAULT_QUEUE
from shopping.work import CELERY_TASK_QUEUES as CELERY_TASK_QUEUES
from shopping.work import CELERY_TASK_ROUTES as CELERY_TASK_ROUTES
from shopping.work import EVENT_TASKS as EVENT_TASKS

DEBUG = env.debug
SECRET_KEY = env.secret_key
SECRET_KEY_FALLBACKS = [key for key in env.secret_key_fallbacks.split(",") if key]
ALLOWED_HOSTS = [host.strip() for host in env.allowed_hosts.split(",") if host.strip()]
PUBLIC_URL = env.public_url.rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "shopping.urls"
WSGI_APPLICATION = "shopping.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "rest_framework",
    "corsheaders",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "oauth2_provider",
    "shopping",
    "accounts",
    "partners",
    "webhooks",
    "catalogue",
    "feeds",
    "checkout",
    "fulfilment",
    "desk",
    "privacy",
    "protocols",
    "audit",
    *(["demo"] if (BASE_DIR / "demo" / "apps.py").exists() else []),
]

MIDDLEWARE = [
    "shopping.monitoring.requests.Watched",
    "shopping.cookieless.Cookieless",
    "shopping.hosts.OnePort",
    "shopping.encrypted.Encrypted",
    "shopping.programs.Programs",
    "feeds.page_cache.PageCache",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shopping.content_policy.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shopping.replicas.OwnWrites",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "checkout.guests.GuestSignsIn",
    "django_htmx.middleware.HtmxMiddleware",
]

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
                "django.template.context_processors.i18n",
                "shopping.preferences.context",
            ],
        },
    }
]


def database(url: str) -> dict[str, object]:
    """Django's settings for a `postgres://` URL; percent-encoded parts are decoded."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        sys.exit("Étal cannot start: DATABASE_URL has to begin with postgres://.")
    return {
        "ENGINE": "shopping.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # It lives on one server connection for longer than a transaction, as what is prepared does.
        "DISABLE_SERVER_SIDE_CURSORS": not env.prepared_statements,
    }


def replica(url: str) -> dict[str, object]:
    """The same of a replica, which is given up soon: what it does not tell, the primary does."""
    options = {"connect_timeout": 2}
    return {**database(url), "OPTIONS": options, "TEST": {"MIRROR": "default"}}


DATABASES = {"default": database(env.database_url)}
if env.database_replica_url:
    DATABASES["replica"] = replica(env.database_replica_url)
DATABASE_ROUTERS = ["shopping.replicas.Router"] if env.database_replica_url else []
PREPARED_STATEMENTS = env.prepared_statements

REDIS_URL = env.redis_url
CACHES = {
    "default": {
        "BACKEND": "shopping.counting.CountingCache",
        "LOCATION": env.redis_url,
        "KEY_PREFIX": "etal",
    },
    # Parts of pages that are the same for many people, kept by each process for itself.
    "regions": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}
PAGE_CACHE_SECONDS = env.page_cache_seconds
CARD_SECONDS = env.card_seconds
EDIT_SECONDS = env.edit_seconds
# How Market is ranked: docs/adr/0083. What somebody reads stays in its order for so long.
INTEREST_HALF_LIFE_DAYS = env.interest_half_life_days
MARKET_POOL_SECONDS = env.market_pool_seconds
MARKET_READING_SECONDS = 7200
# Promotions: what one showing costs, in minor units, and how often a day a person sees the same.
PROMOTION_PRICE = 2
PROMOTION_SHOWINGS = 3
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail addresses are unique, by lower("email")
AUTHENTICATION_BACKENDS = [
    "accounts.backends.MemberBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    # Secrets of apps, which shopping.oauth names it for; never passwords.
    "partners.oauth.hashers.SecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotOurWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
# Guessing passwords is slowed by address, by account and address (accounts.adapter makes the key),
# and by account from wherever it comes; allauth counts in the cache.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "login_failed_from_anywhere": "50/15m/key",
    "signup": "20/m/ip",
}
# The second step of a sign-in. Wrong codes count as wrong passwords do, by account.
MFA_ADAPTER = "accounts.second_factors.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "add_webauthn": "accounts.second_factor_forms.PasskeyForm",
    "authenticate_webauthn": "accounts.second_factor_forms.SecondStepForm",
    "login_webauthn": "accounts.second_factor_forms.SignInForm",
    "reauthenticate_webauthn": "accounts.second_factor_forms.AgainForm",
}
# Whether the admin lets staff and owners in without one, and where it sends them then.
# The demo's people have passwords alone, so development demands none unless it is told to.
REQUIRE_TWO_FACTOR = not DEBUG if env.require_two_factor is None else env.require_two_factor
SECOND_STEP = "accounts.second_factors.next_step"
# Profiles on outside networks: linked by who is signed in, and no way to sign in.
SOCIALACCOUNT_ADAPTER = "accounts.networks.adapter.NetworkAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
LINKED_NETWORKS = env.linked_networks
# What the page of linked profiles says that each did, and the apps beside them; each named by string
# since it is above: see accounts.connections.
LINKED_ACTS = "checkout.mention_acts.of"
OUTSIDE_APPS = "partners.connections.of"
# What a page of consent suggests that a buying agent may spend: currency, minor units in one order and
# in a month, and for how many days. The person changes it there, or later.
ALLOWANCE = ("EUR", 100_00, 300_00)
ALLOWANCE_DAYS = 365
ALLOWANCE_CURRENCIES = ("EUR", "USD", "GBP", "CHF")
# What an app bought by somebody's consent, for the pages of apps; named by string since it is above.
AGENT_ACTS = "checkout.agent_acts.of"
# Language → hashtag, lower case and without #. Each counts in every language.
CART_HASHTAGS = env.cart_hashtags
# What stands below such a reply, for its author: see feeds.views.cart_boxes.
CART_BOXES = "checkout.views.cart_replies.boxes"
# What is said to search engines of a shop's rules for returns: see catalogue.return_terms.
RETURN_TERMS = "fulfilment.return_policies.stated"
# The name of the page that shows one product in a frame on other sites, by its public id, and the size
# in pixels that it asks for. Which sites may frame the goods of a merchant (by its
# key) a function says that is named by string: docs/sharing.md.
EMBED_PAGE = "catalogue:embed"
EMBED_ORIGINS = "catalogue.embedding.origins_of"
EMBED_SIZE = (384, 445)
# How often a visitor may order, try codes and set up cards: checkout.limits.
LIMIT_VISITORS = env.limit_visitors
ALLAUTH_TRUSTED_PROXY_COUNT = env.trusted_proxies
LOGOUT_REDIRECT_URL = "/"
# Who may do what in the admin: see shopping.own_rows.
ADMIN_ACCESS = "catalogue.roles.access_of"
# Where it is kept what staff did to a merchant's rows, and why: see shopping.operator_acts.
ADMIN_ACTS = "catalogue.acts.note_operator"
# Where somebody who is suspended reads why, and appeals, after the right password.
SUSPENSION_PAGE = "feeds.decisions.page_of_suspension"
# Where a shop's test keys act: the shop's test space, made when it is first asked for.
TEST_SPACES = "catalogue.test_spaces.twin_of"
# Who is to be told of what is a shop's own: the reverse question.
CAPABILITY_HOLDERS = "catalogue.roles.holders_of"

# What each app's tables hold of people, the upper layers first: see shopping.personal.
PERSONAL_TABLES = [
    "protocols.personal",
    "privacy.personal",
    "desk.personal",
    "fulfilment.personal",
    "checkout.personal",
    "feeds.personal",
    "catalogue.personal",
    "webhooks.personal",
    "partners.personal",
    "accounts.personal",
]

# The API ---------------------------------------------------------------------------------------
API_CALLS_A_MINUTE = env.api_calls_a_minute
API_CALLS_AT_ONCE = env.api_calls_at_once

# Language --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["shopping.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

# Files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".local" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.media_root
PRIVATE_ROOT = env.private_root
FILE_UPLOAD_HANDLERS = [
    "shopping.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "shopping.private_files.PrivateFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# Look a file up when it is asked for, where there is no collected folder to read at the start.
WHITENOISE_AUTOREFRESH = DEBUG

# Security --------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
# The site is at the root of its host, whatever a SCRIPT_NAME header says of it.
FORCE_SCRIPT_NAME = ""
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# No neighbour under the same domain can set these, nor read them: browsers see to the prefix.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page
SECURE_SSL_REDIRECT = HTTPS and not DEBUG
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.hsts_subdomains
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

_stripe_js = "{0.scheme}://{0.netloc}".format(urlsplit(env.stripe_js_url))
_stripe_frames = [_stripe_js]
_stripe_calls = [env.stripe_api_base]
if _stripe_js == STRIPE_JS:
    _stripe_frames.append("https://hooks.stripe.com")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, _stripe_js],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "connect-src": [SELF, *_stripe_calls],
        "frame-src": _stripe_frames,
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "form-action": [SELF],
    }
}


# Mail ------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.default_from_email
MAIL_DIR = env.mail_dir
EMAIL_TIMEOUT = 10
OPERATOR_EMAIL = env.operator_email
LATE_OPERATOR_DAYS = env.late_operator_days
if env.email_url:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    _mail = mail_server(env.email_url)
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.tls, _mail.starttls
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_DIR)

# Stripe ----------------------------------------------------------------------------------------
STRIPE_SECRET_KEY = env.stripe_secret_key
STRIPE_PUBLISHABLE_KEY = env.stripe_publishable_key
# Whom agents grant tokens to, as Stripe calls us there: protocols.acp.handlers.
STRIPE_PROFILE = env.stripe_profile
STRIPE_WEBHOOK_SECRET = env.stripe_webhook_secret
STRIPE_CONNECT_WEBHOOK_SECRET = env.stripe_connect_webhook_secret
# Of Stripe's test mode, in which shops' test spaces pay; empty: they cannot.
STRIPE_TEST_SECRET_KEY = env.stripe_test_secret_key
STRIPE_TEST_WEBHOOK_SECRET = env.stripe_test_webhook_secret
STRIPE_API_BASE = env.stripe_api_base
STRIPE_JS_URL = env.stripe_js_url
# Where Stripe's own pages are, to which it sends a shop's owner on from one another.
STRIPE_PAGES = "https://*.stripe.com" if env.stripe_api_base == STRIPE_API else env.stripe_api_base
RESERVATION_SECONDS = env.reservation_seconds
DROP_TURNS = env.drop_turns
TAXES = env.taxes
TAX_CODES = env.tax_codes

# Work that nobody waits for --------------------------------------------------------------------
CELERY_BROKER_URL = env.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60}
CELERY_TASK_TIME_LIMIT = 120
CELERY_DB_REUSE_MAX = 1000  # tasks on one connection; shopping.celery looks after it
# Development and tests may deliver webhooks to this machine; production never.
WEBHOOK_PRIVATE_HOSTS = DEBUG and env.webhook_private_hosts

# Buying agents -----------------------------------------------------------------------------------
UCP_SIGNING_KEYS = env.ucp_signing_keys
UCP_OPEN = DEBUG and env.ucp_open
# What messages of webhooks are like that are not Standard Webhooks: (delivery, text) → headers.
WEBHOOK_FORMS = {
    "acp": "protocols.acp.event_signing.headers",
    "ucp": "protocols.ucp.webhook_messages.headers",
}
SIMULATION_SECRET = env.simulation_secret if DEBUG else ""

# What the operator sees -------------------------------------------------------------------------
LOG_FORMAT = env.log_form
LOGGING = logging_of(LOG_FORMAT)
SENTRY_DSN = env.sentry_dsn
OTEL_EXPORTER_OTLP_ENDPOINT = env.otel_exporter_otlp_endpoint
