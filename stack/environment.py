"""What the processes find in their environment: what a person set, and else the private parts."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from stack.errors import StackError
from stack.ports import LOOPBACK

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
# Every process that a start or a test run brings about carries its folder under this name, so that the
# next one finds what a kill left behind.
MARK = "ETAL_RUN"
SANDBOX_SIGNS_WITH = "whsec_c3RhY2stb2YtdGVzdHMtYW5kLWJlbmNoZXMtb25seQ"


def given() -> dict[str, str]:
    """What the person set: the environment, and below it the file `.env`. Empty means not set."""
    file = {name: value or "" for name, value in dotenv_values(ROOT / ".env").items()}
    return {name: value for name, value in {**file, **os.environ}.items() if value}


def search_path() -> str:
    """`PATH` with the programs of this virtual environment first."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def sandbox_wanted(words: Mapping[str, str]) -> bool:
    """Whether Stripe's part is left to the stand-in: no key of Stripe's and no other address.

    Errors: `StackError` where a secret key comes without the two values that belong to it.
    """
    if "STRIPE_SECRET_KEY" not in words:
        return "STRIPE_API_BASE" not in words
    missing = [
        name for name in ("STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET") if name not in words
    ]
    if missing:
        raise StackError(
            f"STRIPE_SECRET_KEY is set, so set {' and '.join(missing)} as well. The dashboard shows "
            "the publishable key; `stripe listen` prints the webhook secret."
        )
    return False


def stripe_keys(*, webhook_secret: str) -> dict[str, str]:
    """Keys that have the form of Stripe's test keys and open nothing."""
    return {
        "STRIPE_SECRET_KEY": "sk_test_sandbox",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_sandbox",
        "STRIPE_WEBHOOK_SECRET": webhook_secret,
        "STRIPE_TEST_SECRET_KEY": "sk_test_space",
        "STRIPE_TEST_WEBHOOK_SECRET": f"{webhook_secret}_test",
    }


def sandbox_environment(
    *, port: int, state: Path, public_url: str, webhook_secret: str = SANDBOX_SIGNS_WITH
) -> dict[str, str]:
    """What points the site at the stand-in on `port`, and the stand-in back at the site.

    `state` is the stand-in's file; `public_url` the site's address, without a slash at the end.
    """
    api = f"http://{LOOPBACK}:{port}"
    return stripe_keys(webhook_secret=webhook_secret) | {
        "STRIPE_API_BASE": api,
        "STRIPE_JS_URL": f"{api}/v3/",
        "SANDBOX_PORT": str(port),
        "SANDBOX_STATE": str(state),
        "SANDBOX_WEBHOOK_URL": f"{public_url}/webhooks/stripe/",
    }
