"""What the headers of an attempt are: as Standard Webhooks has them, or as the endpoint's form does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from webhooks import messages
from webhooks.models import Delivery

Headers = Callable[[Delivery, str], dict[str, str]]


def headers(delivery: Delivery, text: str, *, at: datetime) -> dict[str, str]:
    """All headers of an attempt at `at` (aware) that sends `text`."""
    endpoint = delivery.endpoint
    if endpoint.form:
        return _of_form(endpoint.form)(delivery, text)
    return messages.headers(
        text,
        name=messages.message_id(delivery.event.public_id),
        sequence=delivery.sequence,
        timestamp=at,
        secrets=endpoint.signing_secrets(),
    )


@cache
def _of_form(name: str) -> Headers:
    # A layer above says what they are.
    found: Headers = import_string(settings.WEBHOOK_FORMS[name])
    return found
