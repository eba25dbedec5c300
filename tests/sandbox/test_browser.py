"""The browser script in a real browser, under the strictest Content-Security-Policy that Stripe allows."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from sandbox import pages
from stack.browser import find_or_install
from tests.sandbox.conftest import Receiver, SandboxProcess, client_of, order

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VISA = "4242 4242 4242 4242"
DECLINED = [
    ("4000 0000 0000 0002", "declined: generic_decline"),
    ("4000 0000 0000 9995", "declined: insufficient_funds"),
    ("4000 0000 0000 0341", "declined: generic_decline"),
    ("4111 1111 1111 1111", "declined: test_mode_live_card"),
]
MISTYPED = [
    ({"number": "4242"}, "incomplete_number", "Your card number is incomplete."),
    ({"number": "4242424242424241"}, "invalid_number", "Your card number is invalid."),
    (
        {"expiry": "12 / 20"},
        "invalid_expiry_year_past",
        "Your card’s expiration year is in the past.",
    ),
    ({"expiry": "1"}, "incomplete_expiry", "Your card’s expiration date is incomplete."),
    ({"cvc": "1"}, "incomplete_cvc", "Your card’s security code is incomplete."),
]


@contextmanager
def shop(sandbox: SandboxProcess) -> Iterator[str]:
    """A shop's server: its page, and the call that creates and confirms the payment."""
    policy = (
        f"default-src 'none'; style-src 'self'; script-src 'self' {sandbox.url}; "
        f"frame-src {sandbox.url}; connect-src 'self' {sandbox.url}; base-uri 'none'"
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = "shop.js" if self.path == "/shop.js" else "shop.html"
            text = (HERE / name).read_text().replace("SANDBOX", sandbox.url)
            language = "fr" if "lang=fr" in self.path else "en"
            kind = "text/javascript" if name.endswith("js") else "text/html"
            self.answer(text.replace("LANG", language), kind)

        def do_POST(self) -> None:
            token = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                intent = client_of(sandbox).v1.payment_intents.create(
                    order(None, return_url=None, confirmation_token=token)
                )
                body = {"status": intent.status, "client_secret": intent.client_secret}
            except stripe.CardError as declined:
                error = declined.error
                body = {"declined": error.decline_code if error else None}
            self.answer(json.dumps(body), "application/json")

        def answer(self, text: str, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_or_install()), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone-sized page; whatever it says on its console must be nothing."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(30_000)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


@pytest.fixture
def address(sandbox: SandboxProcess, receiver: Receiver) -> Iterator[str]:
    with shop(sandbox) as url:
        yield url


def fields(page: Page) -> FrameLocator:
    return page.frame_locator('iframe[title="Secure payment input frame"]')


def fill(page: Page, number: str = VISA, *, expiry: str = "12 / 40", cvc: str = "123") -> None:
    frame = fields(page)
    frame.get_by_label("Card number").fill(number)
    frame.get_by_label("Expiration date").fill(expiry)
    frame.get_by_label("Security code").fill(cvc)


def pay(page: Page, outcome: str) -> None:
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("status")).to_have_text(outcome)


def test_a_card_pays(page: Page, address: str, sandbox: SandboxProcess, receiver: Receiver) -> None:
    page.goto(f"{address}/?country=never")
    with page.expect_request("**/v1/confirmation_tokens") as asked:
        fill(page)
        pay(page, "succeeded")
    # The card went from the frame to the sandbox; the page around never had it.
    assert asked.value.frame != page.main_frame
    intent = sandbox.control("GET", "state")["payment_intents"][0]
    assert (intent["status"], intent["amount"]) == ("succeeded", 4250)
    (event,) = receiver.wait("charge.succeeded")
    assert event["data"]["object"]["billing_details"]["name"] == "Ada"
    names = [event["name"] for event in page.evaluate("window.seen")]
    assert names[0] == "ready"
    assert page.evaluate("window.seen.filter(e => e.name === 'change').at(-1).complete") is True


def test_cards_are_declined_and_the_next_one_pays(page: Page, address: str) -> None:
    page.goto(address)
    fields(page).get_by_label("Country or region").select_option("FR")
    for number, outcome in DECLINED:
        fill(page, number)
        pay(page, outcome)
    fill(page)
    pay(page, "succeeded")


@pytest.mark.parametrize(
    ("button", "outcome"),
    [
        ("#test-source-authorize-3ds", "succeeded"),
        ("#test-source-fail-3ds", "declined: payment_intent_authentication_failure"),
        ("#close", "declined: payment_intent_authentication_failure"),
        ("Escape", "declined: payment_intent_authentication_failure"),
    ],
)
def test_three_d_secure(
    page: Page, address: str, sandbox: SandboxProcess, button: str, outcome: str
) -> None:
    page.goto(f"{address}/?country=never")
    fill(page, "4000 0027 6000 3184")
    page.get_by_role("button", name="Pay").click()
    dialogue = page.frame_locator('iframe[title="3D Secure 2 authentication"]')
    expect(dialogue.locator("#test-source-authorize-3ds")).to_be_focused()
    if button == "Escape":
        page.keyboard.press("Escape")
    else:
        dialogue.locator(button).click()
    expect(page.get_by_role("status")).to_have_text(outcome)
    expect(page.locator('iframe[title="3D Secure 2 authentication"]')).to_have_count(0)
    expect(page.get_by_role("button", name="Pay")).to_be_focused()
    assert sandbox.count("charges") == (1 if outcome == "succeeded" else 0)


def test_what_is_mistyped_is_said_at_its_field(
    page: Page, address: str, sandbox: SandboxProcess
) -> None:
    page.goto(f"{address}/?country=never")
    for typed, code, message in MISTYPED:
        fill(page, **typed)
        pay(page, f"invalid: {code}: {message}")
        expect(fields(page).get_by_text(message)).to_be_visible()
        assert fields(page).locator("[aria-invalid=true]").count() == 1
    assert sandbox.count("confirmation_tokens") == 0


def test_the_keyboard_is_enough(page: Page, address: str) -> None:
    page.goto(f"{address}/?country=never")
    fields(page).get_by_label("Card number").focus()
    page.keyboard.type("4242424242424242")
    expect(fields(page).get_by_label("Expiration date")).to_be_focused()
    page.keyboard.type("1240")
    expect(fields(page).get_by_label("Security code")).to_be_focused()
    page.keyboard.type("123")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Pay")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("succeeded")


@pytest.mark.parametrize("query", ["", "?theme=night", "?lang=fr"])
def test_the_fields_are_accessible_and_fit(page: Page, address: str, query: str) -> None:
    page.goto(f"{address}/{query}")
    number = fields(page).locator("#Field-numberInput")
    expect(number).to_be_visible()
    frame = next(frame for frame in page.frames if "payment.html" in frame.url)
    for box in frame.evaluate(
        "[...document.querySelectorAll('.Input')].filter(e => e.offsetParent).map(e => "
        "[e.getBoundingClientRect().height, parseFloat(getComputedStyle(e).fontSize)])"
    ):
        assert box[0] >= 44
        assert box[1] >= 16
    assert (
        frame.evaluate("getComputedStyle(document.querySelector('.Input')).borderRadius") == "9px"
    )
    assert frame.evaluate("getComputedStyle(document.querySelector('.Label')).fontWeight") == "600"
    page.wait_for_function(
        "document.querySelector('#payment iframe').clientHeight >= 150"
        " && document.querySelector('#payment iframe').clientHeight < 300"
    )
    assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
    label = "Numéro de carte" if "fr" in query else "Card number"
    expect(fields(page).get_by_label(label)).to_be_visible()
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    assert Axe().run(frame, options=rules).response["violations"] == []


def test_saved_cards_can_be_chosen(page: Page, address: str, sandbox: SandboxProcess) -> None:
    client = client_of(sandbox)
    customer = client.v1.customers.create({})
    saved = client.v1.payment_methods.create(
        {"type": "card", "card": {"token": "tok_mastercard"}, "allow_redisplay": "always"}
    )
    client.v1.payment_methods.attach(saved.id, {"customer": customer.id})
    features: Any = {
        "payment_method_redisplay": "enabled",
        "payment_method_save": "enabled",
        "payment_method_save_usage": "on_session",
    }
    session = client.v1.customer_sessions.create(
        {
            "customer": customer.id,
            "components": {"payment_element": {"enabled": True, "features": features}},
        }
    )
    page.goto(f"{address}/?session={session.client_secret}")
    frame = fields(page)
    expect(frame.get_by_label("Mastercard ending in 4444")).to_be_checked()
    expect(frame.get_by_label("Card number")).to_be_hidden()
    frame.get_by_label("Another card").check()
    expect(frame.get_by_label("Card number")).to_be_visible()
    expect(frame.get_by_label("Save payment details")).to_be_visible()


def test_the_redirect_to_the_bank_and_back(
    page: Page, address: str, sandbox: SandboxProcess
) -> None:
    intent = client_of(sandbox).v1.payment_intents.create(
        order("pm_card_authenticationRequired", return_url=f"{address}/done")
    )
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    page.goto(str(intent.next_action.redirect_to_url.url))
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url(f"{address}/done?*")
    assert f"payment_intent={intent.id}" in page.url
    assert "redirect_status=succeeded" in page.url


def test_the_scripts_addresses(sandbox: SandboxProcess) -> None:
    for path, version in (("v3/", "3"), ("v3", "3"), ("endive/stripe.js", '"endive"')):
        answer = requests.get(f"{sandbox.url}/{path}", timeout=10)
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert f"const RELEASE = {version};" in answer.text
    assert requests.get(f"{sandbox.url}/nonsense/stripe.js", timeout=10).status_code == 404
    named: set[str] = set()
    for frame in (pages.FOLDER / "frames").glob("*.html"):
        named |= set(re.findall(r'"/_sandbox/frames/([\w.]+)"', frame.read_text()))
    assert len(named) == 8
    for name in named:
        assert requests.get(f"{sandbox.url}/_sandbox/frames/{name}", timeout=10).ok
