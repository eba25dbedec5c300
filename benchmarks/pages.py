"""The feed page beside a bare view, signed out and signed in."""

from __future__ import annotations

import re

import httpx

from benchmarks import load, sql
from benchmarks.results import Results
from benchmarks.shop import Shop

CLIENTS = 8
CARDS = 20
COUNTED = 20


def sign_in(shop: Shop) -> str:
    """The session cookie of the demo's shopper, by the sign-in form as a browser would."""
    said = re.search(r"with the password (\S+)", shop.manage("demo", "--signins"))
    if said is None:
        raise RuntimeError("the demo does not say its password")
    with httpx.Client(base_url=shop.stack.url) as client:
        page = client.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        if token is None:
            raise RuntimeError("the sign-in page has no form")
        fields = {
            "login": "mai@lefort.example",
            "password": said[1],
            "csrfmiddlewaretoken": token[1],
        }
        answer = client.post("/accounts/login/", data=fields)
        if answer.status_code != 302:
            raise RuntimeError(f"signing in answered {answer.status_code}")
        return f"sessionid={client.cookies['sessionid']}"


def check_page(shop: Shop, cookie: str) -> None:
    """The page that is measured is the one that is meant: twenty cards with Buy now."""
    headers = {"Cookie": cookie} if cookie else {}
    page = httpx.get(f"{shop.stack.url}/", headers=headers)
    cards = page.text.count("data-buy")
    if page.status_code != 200 or cards != CARDS:
        raise RuntimeError(f"the feed answered {page.status_code} with {cards} cards")


def one_round(shop: Shop, results: Results, *, cookie: str, seconds: float) -> None:
    """Bare view, signed-out feed, signed-in feed, one after the other."""
    runs = [
        ("bare_view.c8", shop.bare_port, "bare", "", None),
        ("feed.signed_out.c8", shop.stack.port, "web", "", "bare_view.c8"),
        ("feed.signed_in.c8", shop.stack.port, "web", cookie, "bare_view.c8"),
    ]
    for name, port, process, visitor, reference in runs:
        headers = {"Host": f"localhost:{port}", "Accept-Language": "en"}
        if visitor:
            headers["Cookie"] = visitor
        before = shop.cpu_seconds(process)
        done = load.get(port, "/", clients=CLIENTS, seconds=seconds, headers=headers)
        used = shop.cpu_seconds(process) - before
        results.add(
            name,
            value=done.rate,
            cpu_ms=1000 * used / done.answers,
            unit="req/s",
            reference=reference,
        )


def count_statements(shop: Shop, results: Results, *, cookie: str) -> None:
    for name, visitor in (("feed.signed_out.c8", ""), ("feed.signed_in.c8", cookie)):
        headers = {"Cookie": visitor} if visitor else {}

        def work(headers: dict[str, str] = headers) -> int:
            with httpx.Client(base_url=shop.stack.url, headers=headers) as client:
                for _ in range(COUNTED):
                    client.get("/").raise_for_status()
            return COUNTED

        counted = sql.statements(shop.postgresql.url, shop.postgresql.log, work)
        results.count_sql(name, round(counted, 2))
    results.count_sql("bare_view.c8", 0)
