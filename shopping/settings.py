"""All settings. Every value that differs between places is a field of `Environment`, read from
the environment or a `.env` file; outside DEBUG a missing one stops the start with its name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from celery.schedules import schedule
from csp.constants import NONE, SELF
from kombu import Queue
from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shopping.admin_theme import UNFOLD as UNFOLD
from shopping.mail_server import mail_server

BASE_DIR = Path(__file__).resolve().parent.parent
STRIPE_API = "https://api.stripe.com"
STRIPE_JS = "https://js.stripe.com"
# A product's kind for taxes → Stripe's code, https://docs.stripe.com/tax/tax-codes. Stripe knows no
# "reduced rate" as such: what these goods are is for the operator to say, by TAX_CODES.
GOODS_TAX_CODES = {
    "standard": "txcd_99999999",  # tangible goods in general
    "reduced": "txcd_99999999",
    "food": "txcd_40040000",  # food that is not eaten at once
    "books": "txcd_35010000",
    "medicine": "txcd_32020002",  # sold over the counter
}


class Environment(BaseSettings):
    """What a place where Étal runs has to say, and what each word means."""

    model_config = SettingsConfigDict(env_file=BASE_DIR / ".env", extra="ignore")

    debug: bool = Field(False, description="Development: mails kept, demo data allowed.")
    secret_key: str = Field("", description="Signs sessions and links; at least 50 characters.")
    allowed_hosts: str = Field("", description="Host names of public_url, by comma.")
    public_url: str = Field("", description="Where people reach the site: https://etal.example.")
    port: int = Field(8000, description="Port of the web process in development.")
    database_url: str = Field("", description="postgres://user:password@host:port/name")
    prepared_statements: bool = Field(
        True, description="Off behind a pooler that gives a connection to many at once."
    )
    redis_url: str = Field("", description="redis://host:port/0")
    stripe_secret_key: str = Field("", description="sk_…; without it the stand-in is used.")
    stripe_publishable_key: str = Field("", description="pk_…")
    stripe_webhook_secret: str = Field("", description="whsec_… of the webhook endpoint.")
    stripe_connect_webhook_secret: str = Field(
        "", description="whsec_… of the endpoint for connected accounts, where it has its own."
    )
    stripe_api_base: str = Field(STRIPE_API, description="Another address for Stripe's API.")
    stripe_js_url: str = Field("", description="Stripe.js; follows from stripe_api_base.")
    media_root: Path = Field(BASE_DIR / ".local" / "media", description="Uploaded files.")
    mail_dir: Path = Field(BASE_DIR / ".local" / "mails", description="Kept mails (DEBUG).")
    trusted_proxies: int = Field(0, description="Proxies before us that tell a visitor's address.")
    email_url: str = Field("", description="smtp:// or smtps://user:password@host:port")
    default_from_email: str = Field("", description="Sender of mails: Shop <hello@shop.example>.")
    taxes: Literal["rates", "stripe"] = Field(
        "rates", description="Whose tax is charged: by our own rates, or as Stripe Tax computes it."
    )
    tax_codes: dict[str, str] = Field(
        GOODS_TAX_CODES,
        description='Stripe\'s codes of our kinds of goods: {"food": "txcd_40040000"}.',
    )
    operator_email: str = Field("", description="Who is told of findings in the books.")
    reservation_seconds: int = Field(600, description="How long stock waits for a payment.")
    drop_turns: int = Field(
        100, description="How many may be buying a drop at a time before a queue forms."
    )
    page_cache_seconds: int = Field(
        8, description="How long processes share a signed-out page; 0 makes each one anew."
    )
    cart_hashtags: dict[str, str] = Field(
        {"en": "cart", "fr": "panier"},
        description='Hashtags that put a product into the cart of who replies: {"en": "cart"}.',
    )
    edit_seconds: int = Field(900, description="How long a post may be edited.")
    interest_half_life_days: float = Field(
        30,
        gt=0,
        description="After how long a post, like or follow shows an interest half as much.",
    )
    market_pool_seconds: float = Field(
        10, description="How long a process ranks the same candidates; 0 reads them each time."
    )
    sweep_seconds: float = Field(5, description="How often the busiest sweeps look for rows.")
    limit_visitors: bool = Field(
        True, description="Off for load tests, where many shoppers come from one address."
    )
    webhook_private_hosts: bool = Field(
        False, description="Let webhooks reach private addresses; for development alone."
    )

    @model_validator(mode="after")
    def complete(self) -> Self:
        if not self.stripe_js_url:
            own = self.stripe_api_base != STRIPE_API
            self.stripe_js_url = f"{self.stripe_api_base if own else STRIPE_JS}/v3/"
        needed = ["secret_key", "database_url", "redis_url"]
        needed += ["stripe_secret_key", "stripe_publishable_key", "stripe_webhook_secret"]
        if not self.debug:
            # Cookies and redirects are as safe as the address says, and mails hold links that sign
            # in: no default would be true of the place.
            needed += ["public_url", "allowed_hosts", "email_url", "default_from_email"]
        missing = [name.upper() for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"set {', '.join(missing)} (development: `make run` sets them)")
        if not self.debug and len(self.secret_key) < 50:
            raise ValueError("SECRET_KEY needs at least 50 characters in production")
        if self.email_url:
            mail_server(self.email_url)
        if not self.debug:
            for name in ("public_url", "stripe_api_base"):
                if not getattr(self, name).startswith("https://"):
                    raise ValueError(f"{name.upper()} has to begin with https:// in production")
        if unknown := self.tax_codes.keys() - GOODS_TAX_CODES.keys():
            raise ValueError(f"TAX_CODES knows no kind of goods {', '.join(sorted(unknown))}")
        self.tax_codes = GOODS_TAX_CODES | self.tax_codes
        tags = self.cart_hashtags.items()
        self.cart_hashtags = {language: tag.lstrip("#").lower() for language, tag in tags if tag}
        self.public_url = self.public_url or f"http://localhost:{self.port}"
        self.allowed_hosts = self.allowed_hosts or "localhost,127.0.0.1"
        self.default_from_email = self.default_from_email or "Étal <hello@etal.example>"
        return self


try:
    env = Environment()  # type: ignore[call-arg]
except ValidationError as error:
    named = (
        ("".join(f"{name}: " for name in problem["loc"][:1]).upper() + problem["msg"])
        for problem in error.errors()
    )
    reasons = "; ".join(named)
    sys.exit(f"Étal cannot start: {reasons}. See docs/operations.md.")

DEBUG = env.debug
SECRET_KEY = env.secret_key
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
    "allauth",
    "allauth.account",
    "shopping",
    "accounts",
    "webhooks",
    "catalogue",
    "feeds",
    "checkout",
    "fulfilment",
    *(["demo"] if (BASE_DIR / "demo" / "apps.py").exists() else []),
]

MIDDLEWARE = [
    "shopping.hosts.OnePort",
    "feeds.page_cache.PageCache",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
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
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database(env.database_url)}
PREPARED_STATEMENTS = env.prepared_statements

REDIS_URL = env.redis_url
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
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
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
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
# Language → hashtag, lower case and without #. Each counts in every language.
CART_HASHTAGS = env.cart_hashtags
# What stands below such a reply, for its author: see feeds.views.cart_boxes.
CART_BOXES = "checkout.views.cart_replies.boxes"
# How often a visitor may order, try codes and set up cards: checkout.limits.
LIMIT_VISITORS = env.limit_visitors
ALLAUTH_TRUSTED_PROXY_COUNT = env.trusted_proxies
LOGOUT_REDIRECT_URL = "/"
# Who may do what in the admin: see shopping.own_rows.
ADMIN_ACCESS = "catalogue.roles.access_of"
# Who is to be told of what is a shop's own: the reverse question.
CAPABILITY_HOLDERS = "catalogue.roles.holders_of"

# Language --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".local" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.media_root
FILE_UPLOAD_HANDLERS = [
    "shopping.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
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
SECURE_SSL_REDIRECT = HTTPS and not DEBUG
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
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
STRIPE_WEBHOOK_SECRET = env.stripe_webhook_secret
STRIPE_CONNECT_WEBHOOK_SECRET = env.stripe_connect_webhook_secret
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
# What waits for Stripe waits in a queue of its own. A worker takes from both; with WORKER_QUEUES
# (Procfile) a slow Stripe gets a worker of its own. Subscribers are the courier's to wait for.
CELERY_TASK_QUEUES = (Queue("celery"), Queue("stripe"))
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_ROUTES = {
    "checkout.*": {"queue": "stripe"},
    # These ask no stranger.
    "checkout.close_months": {"queue": "celery"},
    "checkout.answer_cart_reply": {"queue": "celery"},
    "checkout.sweep_cart_replies": {"queue": "celery"},
    "checkout.note_purchases_for_event": {"queue": "celery"},
    "checkout.sweep_carts": {"queue": "celery"},
    "checkout.sweep_unsettled": {"queue": "celery"},
}
# Beat's clock is memory only: each sweep looks at rows, so a missed tick costs one interval. What must
# come also where beat is often started anew has a short one.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
SWEEPS = {
    "checkout.sweep_stripe_events": env.sweep_seconds,
    "checkout.reconcile_stripe_events": 60,
    # Looks whether a day has passed, or somebody has asked; most ticks find nothing to do.
    "checkout.sweep_reconciliation": 60,
    "checkout.sweep_payments": 2 * env.sweep_seconds,
    "checkout.sweep_transfers": 2 * env.sweep_seconds,
    "checkout.sweep_cart_replies": env.sweep_seconds,
    "checkout.sweep_unsettled": 600,
    "checkout.sweep_reservations": 3 * env.sweep_seconds,
    "checkout.sweep_taxes": 2 * env.sweep_seconds,
    "webhooks.sweep_events": env.sweep_seconds,
    "webhooks.sweep_replays": 2 * env.sweep_seconds,
    "webhooks.sweep_attempts": 3600,
    "fulfilment.sweep_paid_orders": env.sweep_seconds,
    "fulfilment.sweep_credit_notes": 3 * env.sweep_seconds,
    "catalogue.sweep_reminders": 60,
    "feeds.sweep_notice_mails": 60,
    "feeds.sweep_notices": 3600,
    # People are told of a drop at most so late.
    "feeds.sweep_drops": 15,
    "feeds.read_interests": 60,
    "accounts.sweep_mails": 2 * env.sweep_seconds,
    "accounts.sweep_sessions": 3600,
    "feeds.sweep_drafts": 3600,
    "checkout.sweep_carts": 3600,
    "checkout.close_months": 600,
    "checkout.sweep_accounts": 60,
}
# A sweep that no worker has begun for so long is dropped: else they would pile up behind slow ones,
# and be caught up on for nothing. Not at its next tick: where workers are busy for longer than an
# interval, none would ever begin.
SWEEP_EXPIRES = 60  # seconds after its next tick
CELERY_BEAT_SCHEDULE = {
    task: {
        "task": task,
        "schedule": schedule(seconds),
        "options": {"expires": SWEEP_EXPIRES + seconds},
    }
    for task, seconds in SWEEPS.items()
}
# Which tasks are woken when an event of a type commits. A task gets the event's id. Each is a
# hint only: a sweep finds what no hint reached.
EVENT_TASKS: dict[str, tuple[str, ...]] = {
    "order.cancelled": ("fulfilment.tell_unpaid_for_event",),
    "order.paid": ("fulfilment.open_for_event", "checkout.note_purchases_for_event"),
    "payment.failed": ("fulfilment.tell_unpaid_for_event",),
    "payment.refunded": ("fulfilment.credit_for_event",),
}
# Development and tests may deliver webhooks to this machine; production never.
WEBHOOK_PRIVATE_HOSTS = DEBUG and env.webhook_private_hosts

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # It tells at length how it makes a PDF's fonts small.
    "loggers": {"fontTools": {"level": "WARNING"}},
}
