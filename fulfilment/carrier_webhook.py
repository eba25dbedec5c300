"""POST /webhooks/carriers/<format>/<connection>/: keep what a carrier says; a worker does the rest."""

from __future__ import annotations

import logging
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from fulfilment import carrier_messages
from fulfilment.adapters import Forged, Malformed
from fulfilment.carrier_messages import TooMany
from fulfilment.models import CarrierConnection

log = logging.getLogger(__name__)

# A parcel's whole way is some kilobytes.
MOST_BYTES = 256 * 1024


@csrf_exempt
@require_POST
def receive(request: HttpRequest, adapter: str, public_id: UUID) -> HttpResponse:
    """200 once it is kept (also when it was before); 401 without a good signature, 400 for a body
    that its format does not know, 413 for one that is too large, 403 where the connection is off or its
    shop suspended, 429 with Retry-After for one too many.

    Senders try again for anything but 2xx; a broker that is away is no failure, for a sweep finds the
    row.
    """
    found = CarrierConnection.objects.filter(public_id=public_id, adapter=adapter)
    connection = found.select_related("merchant").first()
    if connection is None:
        return _answer("there is no such connection", status=404)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _answer(f"too large: at most {MOST_BYTES} bytes", status=413)
    if not connection.enabled:
        return _answer("this connection is switched off", status=403)
    if connection.merchant.is_suspended:
        return _answer("this shop is suspended", status=403)
    try:
        body, headers = request.body, dict(request.headers)
        return _answer(carrier_messages.receive(connection, body=body, headers=headers))
    except RequestDataTooBig:
        return _answer(f"too large: at most {MOST_BYTES} bytes", status=413)
    except Forged as error:
        log.warning("a report to connection %s was refused: %s", connection.public_id, error)
        return _answer(str(error), status=401)
    except TooMany as error:
        answer = _answer(str(error), status=429)
        answer["Retry-After"] = str(error.seconds)
        return answer
    except Malformed as error:
        return _answer(str(error), status=400)


def _answer(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
