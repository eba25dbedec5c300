"""POST /webhooks/stripe/: keep what Stripe says and answer; a worker does the rest."""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from checkout import gateway, stripe_events

log = logging.getLogger(__name__)

# Stripe's events are a few kilobytes; nobody else has anything to say here.
MOST_BYTES = 256 * 1024


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """200 once the event is kept (also when it was before), 400 for a forged or old one.

    Anything but 2xx makes Stripe send the event again, so a broker that is away is no failure:
    the row is there, and a sweep finds it.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _answer("too large", status=413)
    try:
        event = gateway.verified(request.body, request.headers.get("Stripe-Signature", ""))
    except RequestDataTooBig:
        return _answer("too large", status=413)
    except gateway.Forged as error:
        log.warning("a webhook was refused: %s", error)
        return _answer(str(error), status=400)
    # A merchant's account has payments and refunds too, if ever, but none of our making.
    if event.type not in stripe_events.wanted(account=event.account, test=event.test):
        return _answer("not needed")
    return _answer("kept" if stripe_events.record(event) else "known")


def _answer(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
