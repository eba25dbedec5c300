"""One client for the process, its time-outs, and Stripe's errors turned into ours."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import stripe
from django.conf import settings

from checkout.gateway.connections import Connections
from checkout.gateway.values import (
    Declined,
    KeyInUse,
    KeySpent,
    NoTestMode,
    Refused,
    Unknown,
    intent_of,
    optional,
)

API_VERSION = "2026-10-28.endive"
# The version that knows shared payment tokens, as Stripe's documents name it.
GRANTED_VERSION = "2026-04-22.preview"
CONNECT_SECONDS = 3.0
READ_SECONDS = 12.0
# The library's own repeats of a call that broke or timed out. Both tries together last less than
# LONGEST_CALL_SECONDS; after that nobody is waiting for an answer any more.
RETRIES = 1
LONGEST_CALL_SECONDS = 2 * (CONNECT_SECONDS + READ_SECONDS) + 1
# How old a webhook's signature may be, in seconds: a replay of an old one is a forgery.
TOLERANCE = 300
# The library would otherwise send the platform's name and timings along with each call.
stripe.enable_telemetry = False
# Nor does each call need two lines in our log.
logging.getLogger("stripe").setLevel(logging.WARNING)


def has_test_mode() -> bool:
    """Whether anything can be paid in test spaces."""
    return bool(settings.STRIPE_TEST_SECRET_KEY)


@cache
def client(*, test: bool = False) -> stripe.StripeClient:
    """One for the process and each of Stripe's modes; each of its threads keeps its own connection
    open. Raises NoTestMode."""
    if test and not has_test_mode():
        raise NoTestMode("STRIPE_TEST_SECRET_KEY is not set", code="no_test_mode")
    return stripe.StripeClient(
        settings.STRIPE_TEST_SECRET_KEY if test else settings.STRIPE_SECRET_KEY,
        stripe_version=API_VERSION,
        base_addresses={"api": settings.STRIPE_API_BASE},
        max_network_retries=RETRIES,
        http_client=Connections(connect_seconds=CONNECT_SECONDS, read_seconds=READ_SECONDS),
    )


@contextmanager
def errors(*, test: bool = False) -> Iterator[None]:
    """Stripe's errors as ours. https://docs.stripe.com/error-handling `test` is of which mode the
    intent of a declined card is.

    Only a 400 or a 404 is a refusal: it is checked against the call itself, so it says the same of
    an earlier try of the call whose answer was lost, or is that try's own answer, kept under its
    key. A 401, 403 or 429 is given before keys are looked at, and tells nothing of an earlier try.
    https://docs.stripe.com/error-low-level
    """
    try:
        yield
    except stripe.CardError as error:
        intent = error.error.payment_intent if error.error else None
        raise Declined(
            error.user_message or "",
            code=(error.error and error.error.decline_code) or error.code or "",
            intent=intent_of(intent, test=test) if intent is not None else None,
        ) from error
    except stripe.IdempotencyError as error:
        raise KeySpent(str(error), code=error.code or "") from error
    except stripe.InvalidRequestError as error:
        raise Refused(str(error), code=error.code or "") from error
    except stripe.StripeError as error:
        if error.http_status == 409:
            raise KeyInUse(str(error), code=error.code or "") from error
        # The library gives a 403 no code of its own.
        code = error.code or optional(error.error, "code")
        raise Unknown(str(error), code=code) from error
