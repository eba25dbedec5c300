"""What stands above an order in a message about it: `Merchant-Signature`, an HMAC-SHA256 of time and body.

https://github.com/agentic-commerce-protocol/agentic-commerce-protocol: openapi.agentic_checkout_webhook.
"""

from __future__ import annotations

import hashlib
import hmac

from django.utils import timezone

from protocols.acp.versions import VERSION
from webhooks import messages
from webhooks.models import Delivery


def headers(delivery: Delivery, text: str) -> dict[str, str]:
    """The headers of one attempt (`settings.WEBHOOK_FORMS`)."""
    now = timezone.now()
    return {
        "Content-Type": messages.CONTENT_TYPE,
        "User-Agent": messages.USER_AGENT,
        "API-Version": VERSION,
        "Request-Id": messages.message_id(delivery.event.public_id),
        "Timestamp": now.isoformat(),
        "Merchant-Signature": signature(
            text, at=int(now.timestamp()), secret=delivery.endpoint.secret
        ),
    }


def signature(text: str, *, at: int, secret: str) -> str:
    """`t=<seconds>,v1=<hex>`."""
    said = f"{at}.{text}".encode()
    return f"t={at},v1={hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()}"
