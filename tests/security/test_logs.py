"""What the processes write into their logs in a whole journey: no card, key, token, password or person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest

from accounts.models import User
from catalogue import products
from catalogue.models import Membership, Product, TaxRate
from catalogue.products import NewVariant
from checkout.models import Order
from partners import applications, keys
from partners.oauth import server
from stack.processes import NAMES, Stack
from stack.shopper import ADDRESS, Form, Shopper
from tests.faults.world import wait_for
from tests.shops import open_shop
from webhooks import endpoints

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(600)]

PASSWORD = "correct-horse-battery-staple-77"
EMAIL = "logs.reader@people.example"
OURS = (keys.LIVE, keys.TEST, applications.SECRET, server.ACCESS, server.REFRESH)
PATTERNS = {
    "a card's number": r"\b(?:\d[ -]?){12,18}\d\b",
    "a key of Stripe's": r"\b[sr]k_(?:test|live)_\w{8,}",
    "a webhook's secret": r"\bwhsec_[\w+/=-]{8,}",
    "a key or token of ours": rf"\b(?:{'|'.join(OURS)})[\w-]{{20,}}",
    "a client's secret of an intent": r"_secret_\w+",
    "an authorization": r"(?i)(?:bearer|basic) [\w.~+/=-]{8,}",
    "a session or form token": r"(?i)(?:sessionid|csrf\w*token)['\"]?\s*[=:]\s*['\"]?\w{16,}",
    "a password": r"(?i)passw(?:or)?d['\"]?\s*[=:]\s*['\"]?[^\s'\"*<]{4,}",
    "a database's or broker's address with its password": r"(?:postgres|redis)\w*://[^\s:/@]*:[^\s@*]+@",
}


def is_card(digits: str) -> bool:
    """Whether it would pass as a card's number (Luhn); most long numbers do not."""
    numbers = [int(each) for each in re.sub(r"\D", "", digits)][::-1]
    doubled = [n if place % 2 == 0 else sum(divmod(2 * n, 10)) for place, n in enumerate(numbers)]
    return 13 <= len(numbers) <= 19 and len(set(numbers)) > 1 and sum(doubled) % 10 == 0


def finds(text: str) -> list[tuple[str, str]]:
    """What of PATTERNS is in `text`, each with the line's beginning."""
    return [
        (name, line[:300])
        for line in text.splitlines()
        for name, pattern in PATTERNS.items()
        for hit in re.finditer(pattern, line)
        if name != "a card's number" or is_card(hit.group())
    ]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("paid with 4242 4242 4242 4242", "a card's number"),
        ("key sk_test_4eC39HqLyjWDarjtT1zdp7dc", "a key of Stripe's"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "a webhook's secret"),
        ("etal_live_abcdefghijklmnopqrstuvwxyz", "a key or token of ours"),
        ("pi_3Nx_secret_9Yl", "a client's secret of an intent"),
        ("Authorization: Bearer abcdefgh12345", "an authorization"),
        ("sessionid=abcdefghijklmnop1234", "a session or form token"),
        ("'password': 'hunter22'", "a password"),
        ("redis://:hunter2@host:6379/0", "a database's or broker's address with its password"),
    ],
)
def test_it_would_be_found(line: str, name: str) -> None:
    assert [each for each, _line in finds(line)] == [name]


@pytest.fixture
def stack(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Stack]:
    words = {"LOG_LEVEL": "DEBUG", "RESERVATION_SECONDS": "300", "WEB_WORKERS": "1"}
    with Stack(tmp_path, database_url=database_url, redis_url=redis_url, env=words) as stack:
        yield stack


def sign_in(stack: Stack, address: str, **fields: str) -> httpx.Client:
    """A browser that has sent the form at `address`."""
    client = httpx.Client(base_url=stack.url, follow_redirects=True, timeout=40)
    page = client.get(address)
    form = Form(address)
    form.feed(page.text)
    client.post(address, data={**form.fields, **fields}, headers={"Referer": stack.url})
    return client


def test_a_whole_journey_leaves_none_in_any_log(stack: Stack) -> None:
    shop = open_shop("plage", delivery=390)
    TaxRate.objects.create(country="FR", basis_points=2000)
    variant = NewVariant(price=24900, on_hand=9)
    product = products.create(
        shop, title="Bookcase", variants=[variant], status=Product.Status.ACTIVE, actor=None
    )
    owner = User.objects.create_user("owner@people.example", PASSWORD, handle="owner")
    Membership.objects.create(user=owner, merchant=shop, role="owner")
    _key, secret = keys.make(
        name="Stock", scopes=["products:read", "orders:read"], made_by=owner, merchant=shop
    )
    endpoints.create("https://receiver.example/hook", merchant_id=shop.pk)

    # An account, a wrong password, the right one, and a new one by mail.
    member = sign_in(stack, "/accounts/signup/", email=EMAIL, password1=PASSWORD)
    assert User.objects.filter(email=EMAIL).exists()
    session = member.cookies.get("sessionid")
    assert session
    sign_in(stack, "/accounts/login/", login=EMAIL, password=f"{PASSWORD}-wrong")
    sign_in(stack, "/accounts/login/", login=EMAIL, password=PASSWORD)
    sign_in(stack, "/accounts/password/reset/", email=EMAIL)
    link = wait_for(lambda: _link(stack, "password/reset/key"), otherwise="no mail came")
    member.get(link)

    # A card that is declined, then one that pays.
    visitor = Shopper(stack.url, stack.sandbox_url, stack.environment["STRIPE_SECRET_KEY"])
    form = visitor.open(str(product.public_id))
    visitor.pay(form, card="pm_card_visa_chargeDeclined")
    visitor.pay(form)
    order = wait_for(
        lambda: Order.objects.filter(status="paid", fulfilment_orders__isnull=False).first(),
        otherwise="nothing was bought",
    )
    receipt = wait_for(lambda: _link(stack, "/orders/"), otherwise="no receipt came")
    visitor.http.get(receipt)

    # The API, with a key, with a wrong one, and with a body that is none.
    with httpx.Client(base_url=f"{stack.url}/api/v1", timeout=40) as api:
        good = {"Authorization": f"Bearer {secret}"}
        assert api.get("/orders/", headers=good).status_code == 200
        assert api.get("/me/", headers={"Authorization": f"Bearer {secret}x"}).status_code == 401
        api.post("/products/", headers=good, content=b"{broken")
        api.post("/oauth/token/", data={"client_secret": secret})
    httpx.post(f"{stack.url}/webhooks/stripe/", content=b"{}", headers={"Stripe-Signature": "t=1"})
    stack.stop()

    logs = {name: stack.log(name) for name in NAMES}
    assert [(name, hit) for name, text in logs.items() for hit in finds(text)] == []
    typed = (PASSWORD, secret, session, EMAIL, ADDRESS["name"], ADDRESS["line1"], ADDRESS["email"])
    secrets = (stack.environment["SECRET_KEY"], _token(link), _token(receipt))
    for name, text in logs.items():
        for word in (*typed, *secrets):
            lines = [line[:300] for line in text.splitlines() if word in line]
            assert lines == [], f"{name} tells {word[:6]}…"
    assert order.email not in "".join(logs.values())


def _link(stack: Stack, part: str) -> str:
    """The newest link with `part` in a mail."""
    folder = Path(stack.environment["MAIL_DIR"])
    for file in sorted(folder.glob("*"), reverse=True):
        parts = message_from_bytes(file.read_bytes()).walk()
        text = " ".join(
            str(each.get_payload(decode=True), "utf-8", "replace")
            for each in parts
            if each.get_content_maintype() == "text"
        )
        if found := re.search(rf"http://localhost:\d+\S*{part}[^\s\"<]+", text):
            return found.group()
    return ""


def _token(link: str) -> str:
    """What of a link opens something: its longest part."""
    return max(link.split("?")[0].strip("/").split("/"), key=len)
