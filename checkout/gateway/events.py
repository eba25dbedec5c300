"""Stripe's events: listed by us, or sent to us."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

import stripe
from django.conf import settings

from checkout.gateway.client import TOLERANCE, client, errors
from checkout.gateway.values import Event, Forged, event_of


def events(types: list[str], *, since: datetime, until: datetime) -> Iterator[Event]:
    """Stripe's events of `types` in that time, newest first. Raises Unknown, Refused."""
    with errors():
        page = client().v1.events.list(
            {
                "types": types,
                "created": {"gte": int(since.timestamp()), "lte": int(until.timestamp()) + 1},
                "limit": 100,
            }
        )
        for each in page.auto_paging_iter():
            yield event_of(each.to_dict(for_json=True))


def verified(body: bytes, signature: str) -> Event:
    """The event in a webhook's raw body, once its signature holds and is not old.

    An endpoint for connected accounts is another one to Stripe and has a secret of its own, and so
    has that of test mode: by which secret it is signed says of which mode the event is.
    Raises Forged with a reason. https://docs.stripe.com/webhooks#verify-manually
    """
    try:
        test = _is_test(body, signature)
        return event_of(json.loads(body), text=body.decode(), test=test)
    except stripe.SignatureVerificationError as error:
        raise Forged(error.user_message or "bad signature") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Forged("the body is no event") from error


def _is_test(body: bytes, signature: str) -> bool:
    """Whether the secret of test mode made `signature`; raises SignatureVerificationError unless one
    of our endpoints' secrets did."""
    others = {
        settings.STRIPE_CONNECT_WEBHOOK_SECRET: False,
        settings.STRIPE_TEST_WEBHOOK_SECRET: True,
    }
    for secret, test in others.items():
        if secret:
            with suppress(stripe.SignatureVerificationError):
                stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE)
                return test
    stripe.WebhookSignature.verify_header(
        body, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE
    )
    return False
