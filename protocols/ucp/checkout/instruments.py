"""What a platform pays with: an instrument of one of our handlers, and what of it is said again."""

from __future__ import annotations

from typing import Any

from checkout.session_completions import Means
from protocols.ucp import payment_handlers
from protocols.ucp.checkout import mock
from protocols.ucp.errors import Invalid
from protocols.ucp.inputs import Inputs

MOST = 10
LONGEST_TOKEN = 120
SHOWN = ("id", "handler_id", "type")


def shown(payment: Inputs) -> list[dict[str, Any]]:
    """The instruments without their credentials. Raises Invalid."""
    listed = (
        payment.objects("instruments", most=MOST)
        if payment.values.get("instruments") is not None
        else []
    )
    return [_shown(each) for each in listed]


def selected(body: Inputs) -> Inputs:
    """The instrument that is meant to pay: the selected one, else the first. Raises Invalid.

    Some platforms send it alone, as `payment_data`.
    """
    if isinstance(body.values.get("payment_data"), dict):
        return body.object("payment_data")
    listed = body.object("payment").objects("instruments", most=MOST)
    chosen = [each for each in listed if each.values.get("selected") is True]
    found = next(iter(chosen or listed), None)
    if found is None:
        raise Invalid("Say what is paid with.", path="$.payment.instruments")
    return found


def means(instrument: Inputs) -> Means:
    """What our verbs pay with. Raises Invalid for a handler that is none of ours, or no token.

    Asks Stripe for the development's own handler, so never inside a transaction.
    """
    handler = instrument.text("handler_id", required=True, longest=100)
    credential = instrument.object("credential")
    if handler == payment_handlers.MOCK and payment_handlers.has_mock():
        return Means(mock.token(credential))
    if handler != payment_handlers.STRIPE:
        path = f"{instrument.path}.handler_id"
        raise Invalid("There is no such payment handler.", path=path)
    token = credential.text("token", required=True, longest=LONGEST_TOKEN)
    if not token:
        raise Invalid("token is required.", path=f"{credential.path}.token")
    return Means(token)


def _shown(instrument: Inputs) -> dict[str, Any]:
    said: dict[str, Any] = {
        name: instrument.text(name, required=True, longest=200) for name in SHOWN
    }
    display = instrument.object("display") if instrument.values.get("display") else None
    if display is not None:
        texts = ((name, display.values.get(name)) for name in ("brand", "last_digits"))
        said["display"] = {name: text for name, text in texts if isinstance(text, str)}
    if instrument.values.get("selected") is True:
        said["selected"] = True
    return said
