"""What is said to Étal where it runs: every value that differs between places is a field of
`Environment`, read from the environment or a `.env` file; outside DEBUG a missing one stops the
start with its name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shopping.linked_networks import LinkedNetwork, check_networks
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
    stripe_profile: str = Field(
        "profile_etal", description="profile_… of Stripe, to which agents grant payment tokens."
    )
    stripe_webhook_secret: str = Field("", description="whsec_… of the webhook endpoint.")
    stripe_connect_webhook_secret: str = Field(
        "", description="whsec_… of the endpoint for connected accounts, where it has its own."
    )
    stripe_test_secret_key: str = Field(
        "", description="sk_test_…; without it nothing can be paid in shops' test spaces."
    )
    stripe_test_webhook_secret: str = Field(
        "", description="whsec_… of the webhook endpoint of Stripe's test mode."
    )
    stripe_api_base: str = Field(STRIPE_API, description="Another address for Stripe's API.")
    stripe_js_url: str = Field("", description="Stripe.js; follows from stripe_api_base.")
    media_root: Path = Field(BASE_DIR / ".local" / "media", description="Uploaded files.")
    private_root: Path = Field(
        BASE_DIR / ".local" / "private", description="Uploaded files that no address leads to."
    )
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
    late_operator_days: int = Field(
        3, ge=0, description="How many days late an order may be before the operator is told."
    )
    reservation_seconds: int = Field(600, description="How long stock waits for a payment.")
    drop_turns: int = Field(
        100, description="How many may be buying a drop at a time before a queue forms."
    )
    page_cache_seconds: int = Field(
        8, description="How long processes share a signed-out page; 0 makes each one anew."
    )
    api_calls_a_minute: int = Field(
        1200, ge=1, description="How many calls of the API one key or app may make in a minute."
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
    require_two_factor: bool | None = Field(
        None,
        description="Whether staff and owners need a second factor in the admin: not in DEBUG.",
    )
    webhook_private_hosts: bool = Field(
        False,
        description="Let webhooks and linked networks be at private addresses; for development alone.",
    )
    ucp_signing_keys: Path | None = Field(
        None,
        description="File of private keys (PEM, EC P-256); the first signs. Without it there is no UCP.",
    )
    ucp_open: bool = Field(
        False,
        description="Let in agents that sign nothing or show no profile; for development alone.",
    )
    simulation_secret: str = Field(
        "", description="Lets a test suite send parcels off; for development alone."
    )
    linked_networks: list[LinkedNetwork] = Field(
        [], description="Networks whose profiles people may link: docs/mentions.md."
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
        check_networks(self.linked_networks, encrypted=not self.debug)
        self._check_test_mode()
        if unknown := self.tax_codes.keys() - GOODS_TAX_CODES.keys():
            raise ValueError(f"TAX_CODES knows no kind of goods {', '.join(sorted(unknown))}")
        self.tax_codes = GOODS_TAX_CODES | self.tax_codes
        tags = self.cart_hashtags.items()
        self.cart_hashtags = {language: tag.lstrip("#").lower() for language, tag in tags if tag}
        self.public_url = self.public_url or f"http://localhost:{self.port}"
        self.allowed_hosts = self.allowed_hosts or "localhost,127.0.0.1"
        self.default_from_email = self.default_from_email or "Étal <hello@etal.example>"
        return self

    def _check_test_mode(self) -> None:
        """What is a test has to be another account, or another mode of it, than what is real: each
        tells by its keys, and its events by their secrets, of which it is."""
        key, secret = self.stripe_test_secret_key, self.stripe_test_webhook_secret
        if bool(key) != bool(secret):
            raise ValueError("STRIPE_TEST_SECRET_KEY and STRIPE_TEST_WEBHOOK_SECRET go together")
        if key and not key.startswith(("sk_test_", "rk_test_")):
            raise ValueError("STRIPE_TEST_SECRET_KEY has to begin with sk_test_ or rk_test_")
        if key and key == self.stripe_secret_key:
            raise ValueError("STRIPE_TEST_SECRET_KEY has to be another than STRIPE_SECRET_KEY")
        others = (self.stripe_webhook_secret, self.stripe_connect_webhook_secret)
        if secret and secret in others:
            raise ValueError("STRIPE_TEST_WEBHOOK_SECRET has to be a secret of its own")


try:
    env = Environment()  # type: ignore[call-arg]
except ValidationError as error:
    named = (
        ("".join(f"{name}: " for name in problem["loc"][:1]).upper() + problem["msg"])
        for problem in error.errors()
    )
    reasons = "; ".join(named)
    sys.exit(f"Étal cannot start: {reasons}. See docs/operations.md.")
