"""The people of the demo: shoppers, the members of its shops, the operator's staff."""

from __future__ import annotations

from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts import addresses
from accounts.models import User
from checkout import cards, gateway
from checkout.errors import CheckoutError
from checkout.models import SavedCard
from demo import files
from feeds import follows

# The same for all, and printed at each start: the demo refuses to load in production.
PASSWORD = "stall-and-feed"  # noqa: S105
SHOPPER = "mai@lefort.example"
STAFF = "staff@etal.example"
# Whoever decided a case does not answer the appeal against it.
SECOND_STAFF = "moderation@etal.example"
# Stripe's published test card, as a payment method that every test account knows.
# https://docs.stripe.com/testing
TEST_CARD = "pm_card_visa"


def load() -> list[User]:
    """Make those people who are not there yet; returns them."""
    people = files.table("people")["person"]
    made = [person for person in people if _missing(person["email"])]
    if _missing(STAFF):
        member({"email": STAFF, "handle": "etal_staff", "name": "Étal"}, is_staff=True)
    if _missing(SECOND_STAFF):
        second = {"email": SECOND_STAFF, "handle": "etal_moderation", "name": "Étal, moderation"}
        member(second, is_staff=True)
    return [_person(person) for person in made]


def member(words: dict[str, str], **fields: Any) -> User:
    """Somebody who signs in to work: found by e-mail address, or made."""
    present = User.objects.filter(email=words["email"]).first()
    if present:
        return present
    user = User.objects.create_user(
        words["email"], handle=words["handle"], display_name=words["name"], **fields
    )
    if user.is_staff:
        user.is_superuser = True
    _let_in(user)
    return user


def follow_first(people: list[User]) -> None:
    """Let people who are new follow whom they like; later it is their own affair."""
    wanted = {person["handle"]: person["follows"] for person in files.table("people")["person"]}
    known = {user.handle: user for user in User.objects.all()}
    for user in people:
        for handle in wanted[user.handle]:
            follows.follow(user, followed=known[handle])


def shopper() -> User:
    """The one who buys in the demo."""
    return User.objects.get(email=SHOPPER)


def save_card() -> str:
    """Give the demo's shopper a saved card through Stripe, or whoever answers in its place.

    Returns a sentence for the person who loads the demo. Outside any transaction.
    """
    user = shopper()
    if SavedCard.objects.filter(customer__user=user).exists():
        return f"{user.display_name} has a saved card."
    try:
        card = cards.save(user, TEST_CARD)
    except (gateway.GatewayError, CheckoutError) as error:
        return (
            f"{user.display_name} has no saved card yet: Stripe's side did not answer"
            f" ({error.__class__.__name__}). `manage.py demo --card` tries again."
        )
    return f"{user.display_name} has a saved card: {card.brand} ending {card.last4}."


def signins() -> str:
    """Who can sign in, one a line, for the terminal."""
    shops = files.table("shops")["shop"]
    rows = [("Shopper", SHOPPER, "a saved address and card; has bought before")]
    rows += [("Merchant", shop["member"]["email"], shop["name"]) for shop in shops]
    rows.append(("Staff", STAFF, "sees every shop; decides Cases"))
    rows.append(("Staff", SECOND_STAFF, "the same; answers Appeals"))
    lines = [f"Sign-ins, all with the password {PASSWORD}"]
    lines += [f"  {kind:<10}{email:<32}{what}" for kind, email, what in rows]
    return "\n".join(lines)


def _missing(email: str) -> bool:
    return not User.objects.filter(email=email).exists()


def _person(words: dict[str, Any]) -> User:
    user = User.objects.create_user(
        words["email"],
        handle=words["handle"],
        display_name=words["name"],
        bio=words["bio"],
        locale=words["locale"],
        avatar=files.picture(words["avatar"]),
    )
    _let_in(user)
    if "address" in words:
        addresses.save(user, default=True, **words["address"])
    return user


def _let_in(user: User) -> None:
    user.password = _hashed()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email or "", verified=True, primary=True)


@cache
def _hashed() -> str:
    """Hashed once for all: two dozen slow hashes of one public password protect nobody."""
    return make_password(PASSWORD)
