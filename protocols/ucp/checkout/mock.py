"""The payment handler of development: made-up tokens that pay by Stripe's own test cards.

So what is tried with it goes the whole way that a real payment goes. A made-up payment may also leave
out who buys and where they live: test suites do. Nothing here is reached where settings.UCP_OPEN is off.
"""

from __future__ import annotations

from dataclasses import replace

from checkout import gateway, presses, session_looks, session_pricing, sessions
from checkout.errors import BadAddress
from checkout.models import CheckoutSession
from protocols.ucp.errors import Invalid
from protocols.ucp.inputs import Inputs

CARDS = {
    "success_token": "pm_card_visa",
    "fail_token": "pm_card_visa_chargeDeclined",
    "4242424242424242": "pm_card_visa",
    "authentication_token": "pm_card_authenticationRequired",
}
DECLINED = "pm_card_visa_chargeDeclined"
SOMEBODY = {
    "name": "Test Buyer",
    "line1": "1 Test Street",
    "city": "Testville",
    "phone": "",
    "line2": "",
}
# A region and a postcode that a country has.
SOMEWHERE = {"US": ("CA", "94105"), "CA": ("ON", "M5V 2H1"), "FR": ("", "35000")}


def token(credential: Inputs) -> str:
    """A confirmation token of Stripe's, for the card that the credential stands for."""
    name = credential.text("token", longest=200) or credential.text("number", longest=30)
    if not name:
        raise Invalid("token is required.", path=f"{credential.path}.token")
    return gateway.token_of(CARDS.get(name, DECLINED), test=False)


def fill(session: CheckoutSession) -> CheckoutSession:
    """Let it have all that a purchase needs: what is missing of its buyer is made up."""
    wanted = sessions.wanted_of(session)
    if wanted.chosen is None:
        return session
    wrong = _wrong(session)
    if not wrong:
        return session
    address = wanted.chosen.address
    region, postcode = SOMEWHERE.get(address.country, ("", ""))
    made_up = {**SOMEBODY, "region": region, "postal_code": postcode}
    fixed = replace(address, **{name: made_up[name] for name in wrong if name in made_up})
    contact = wanted.contact
    if "email" in wrong:
        contact = replace(contact, email="buyer@example.com")
    places = tuple(
        replace(each, address=fixed) if each.key == wanted.destination else each
        for each in wanted.destinations
    )
    changed = sessions.change(session, replace(wanted, contact=contact, destinations=places))
    session_looks.show(changed)
    return changed


def _wrong(session: CheckoutSession) -> set[str]:
    try:
        presses.read(session.shopper, session_pricing.asked(session))
    except BadAddress as error:
        return set(error.fields)
    return set()
