"""Who shops, buys by program, sends and counts while a storm blows; what each of them was told."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from stack.shopper import Form, Shopper
from tests.faults.storm.site import Site

TIMEOUT = 25.0
# How often somebody sends again what got no answer, and how long they wait between.
TRIES, PAUSE = 60, 1.0
CARDS = ("pm_card_visa",) * 8 + ("pm_card_visa_chargeDeclined", "pm_card_authenticationRequired")
HOME = {
    "country": "FR",
    "name": "Maï Lefort",
    "line1": "14 rue des Lices",
    "postal_code": "35000",
    "city": "Rennes",
}


@dataclass
class Told:
    """Promises: what people were told is done, which must be so whatever broke meanwhile."""

    paid: set[str] = field(default_factory=set)  # keys of the sheet's forms
    purchased: set[str] = field(default_factory=set)  # public ids of orders
    sent: set[str] = field(default_factory=set)  # public ids of shipments
    refunded: set[str] = field(default_factory=set)  # public ids of refunds
    cancelled: set[str] = field(default_factory=set)  # public ids of orders
    counted: set[str] = field(default_factory=set)  # references of stock movements
    handed: set[str] = field(default_factory=set)  # fulfilment orders handed over in bulk


class Load:
    """A few people, each in a thread; they rest while it is paused, and finish what they began."""

    def __init__(self, site: Site, *, seed: int) -> None:
        self.site, self.seed = site, seed
        self.told = Told()
        self.done: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.successes: list[float] = []
        self.began: dict[str, float] = {}
        self.lock = threading.Lock()
        self.go, self.stopping = threading.Event(), threading.Event()
        self.busy: set[str] = set()
        self.threads: list[threading.Thread] = []
        self.broken: list[str] = []

    def start(self) -> None:
        people: dict[str, Callable[[random.Random], None]] = {
            "guest-1": self.guest,
            "guest-2": self.guest,
            "member": self.member,
            "partner": self.partner,
            "merchant-0": lambda chance: self.merchant(chance, 0),
            "merchant-1": lambda chance: self.merchant(chance, 1),
            "counter": self.counter,
        }
        self.go.set()
        for name, act in people.items():
            thread = threading.Thread(target=self._live, args=(name, act), daemon=True, name=name)
            self.threads.append(thread)
            thread.start()

    def _live(self, name: str, act: Callable[[random.Random], None]) -> None:
        chance = random.Random(f"{self.seed} {name}")
        while not self.stopping.is_set():
            self.go.wait(0.5)
            if not self.go.is_set() or self.stopping.is_set():
                continue
            self.busy.add(name)
            try:
                act(chance)
            except (httpx.HTTPError, LookupError, ValueError) as error:
                self.failed[f"{name.partition('-')[0]} {type(error).__name__}"] += 1
                time.sleep(0.3)
            except Exception as error:
                self.broken.append(f"{name}: {error!r}")
                time.sleep(1)
            finally:
                self.busy.discard(name)
            time.sleep(chance.uniform(0.05, 0.4))

    def pause(self) -> None:
        self.go.clear()

    def resume(self) -> None:
        self.go.set()

    def stop(self) -> None:
        self.stopping.set()
        self.go.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def success(self, kind: str, began: float) -> None:
        with self.lock:
            self.done[kind] += 1
            self.successes.append(began)

    def first_success(self, after: float) -> bool:
        """Whether something that began after `after` went well."""
        with self.lock:
            return any(began >= after for began in self.successes[-200:])

    # Shoppers ----------------------------------------------------------------------------------
    def shopper(self) -> Shopper:
        stack = self.site.stack
        made = Shopper(stack.url, stack.sandbox_url, stack.environment["STRIPE_SECRET_KEY"])
        made.http.timeout = httpx.Timeout(TIMEOUT)
        return made

    def goods(self, chance: random.Random) -> dict[str, Any]:
        found: dict[str, Any] = chance.choice(chance.choice(self.site.people["shops"])["goods"])
        return found

    def guest(self, chance: random.Random) -> None:
        shopper = self.shopper()
        with shopper.http:
            self.buy(shopper, chance, "guest")

    def member(self, chance: random.Random) -> None:
        """Signs in anew each time: sessions are part of what must survive."""
        shopper = self.shopper()
        with shopper.http as http:
            http.get("/accounts/login/").raise_for_status()
            answer = http.post(
                "/accounts/login/",
                data={
                    "login": chance.choice(self.site.people["members"]),
                    "password": self.site.people["password"],
                    "csrfmiddlewaretoken": http.cookies["csrftoken"],
                },
                headers={"Referer": self.site.stack.url},
            )
            if answer.status_code != httpx.codes.FOUND:
                raise ValueError(f"signing in answered {answer.status_code}")
            for _ in range(3):
                self.buy(shopper, chance, "member")

    def buy(self, shopper: Shopper, chance: random.Random, kind: str) -> None:
        form = shopper.open(self.goods(chance)["product"])
        card = chance.choice(CARDS)
        form.fields["confirmation_token"] = shopper.confirmation_token(card)
        began = time.monotonic()
        for number in range(TRIES):
            if number:
                time.sleep(PAUSE)
            said = self._press(shopper, form, kind)
            if said is None or said.get("kind") == "pending":
                continue
            self._answered(shopper, form, said, kind, began, chance)
            return
        self.failed[f"{kind} never told"] += 1

    def _press(self, shopper: Shopper, form: Form, kind: str) -> dict[str, Any] | None:
        """The answer; None where there was none worth the name, so that it is pressed again."""
        try:
            answer = shopper.send(form)
            said: dict[str, Any] = answer.json()
        except (httpx.TransportError, ValueError) as error:
            self.failed[f"{kind} {type(error).__name__}"] += 1
            return None
        if answer.status_code >= 500:
            self.failed[f"{kind} {answer.status_code}"] += 1
            return None
        return said

    def _answered(
        self,
        shopper: Shopper,
        form: Form,
        said: dict[str, Any],
        kind: str,
        began: float,
        chance: random.Random,
    ) -> None:
        if said["kind"] == "paid":
            self.told.paid.add(form.fields["key"])
            self.success(f"{kind} paid", began)
        elif said["kind"] == "action":
            intent = said["client_secret"].partition("_secret")[0]
            outcome = chance.choice(["pass", "pass", "fail", "leave"])
            if outcome != "leave":
                shopper_at = f"{self.site.stack.sandbox_url}/_sandbox/three_d_secure/{intent}"
                httpx.post(shopper_at, json={"outcome": outcome}, timeout=20)
            self.done[f"{kind} 3-D Secure {outcome}"] += 1
        else:
            self.done[f"{kind} {said['kind']}"] += 1

    # Programs ----------------------------------------------------------------------------------
    def call(
        self, secret: str, method: str, path: str, body: Any = None, *, key: str = ""
    ) -> httpx.Response:
        """A call of the API, sent again under its key until it has been answered."""
        headers = {"Authorization": f"Bearer {secret}"}
        if key:
            headers["Idempotency-Key"] = key
        url = f"{self.site.stack.url}/api/v1/{path}"
        for number in range(TRIES * 3):
            if number:
                time.sleep(PAUSE)
            with suppress(httpx.TransportError):
                answer = httpx.request(method, url, json=body, headers=headers, timeout=TIMEOUT)
                if answer.status_code < 500 and not _again(answer):
                    return answer
            self.failed[f"api {method} {path.split('/')[0]}"] += 1
        raise ValueError(f"{method} {path} was never answered")

    def partner(self, chance: random.Random) -> None:
        secret, began = self.site.people["partner"], time.monotonic()
        goods = self.goods(chance)
        lines = [{"variant_id": goods["variant"], "quantity": chance.randint(1, 2)}]
        asked = {"lines": lines, "country": "FR"}
        seen = self.call(secret, "POST", "quotes/", asked)
        if seen.status_code != httpx.codes.OK:
            self.done[f"partner quote {seen.status_code}"] += 1
            return
        token = self.shopper().confirmation_token(chance.choice(CARDS))
        said = {
            "lines": lines,
            "seen_total": seen.json()["total"],
            "email": "mai@lefort.example",
            "address": HOME,
            "payment": {"confirmation_token": token},
        }
        answer = self.call(secret, "POST", "purchases/", said, key=str(uuid4()))
        if answer.status_code not in (201, 202):
            self.done[f"partner {answer.json().get('code', answer.status_code)}"] += 1
            return
        told = answer.json()
        self.told.purchased.add(told["id"])
        self.success("partner purchase", began)
        if chance.random() < 0.15:
            done = self.call(
                secret, "POST", f"purchases/{told['id']}/cancel/", {}, key=str(uuid4())
            )
            if done.status_code == httpx.codes.OK:
                self.told.cancelled.add(told["id"])
                self.success("partner cancel", began)

    def merchant(self, chance: random.Random, number: int) -> None:
        secret = self.site.people["shops"][number]["key"]
        found = self.call(secret, "GET", "fulfilment-orders/?status=open&limit=8")
        parts = found.json()["data"]
        if not parts:
            time.sleep(1)
            return
        acts = {"dispatch": 5, "bulk": 2, "refund": 2, "cancel": 1}
        act = chance.choices(list(acts), weights=list(acts.values()))[0]
        getattr(self, f"_{act}")(secret, chance, parts)

    def _dispatch(self, secret: str, chance: random.Random, parts: list[dict[str, Any]]) -> None:
        part, began = chance.choice(parts), time.monotonic()
        body = {"carrier": "Colissimo", "tracking_number": uuid4().hex[:13].upper()}
        path = f"fulfilment-orders/{part['id']}/shipments/"
        answer = self.call(secret, "POST", path, body, key=str(uuid4()))
        if answer.status_code == httpx.codes.CREATED:
            self.told.sent.add(answer.json()["id"])
            self.success("merchant dispatch", began)

    def _bulk(self, secret: str, chance: random.Random, parts: list[dict[str, Any]]) -> None:
        began = time.monotonic()
        items = [
            {
                "fulfilment_order_id": part["id"],
                "carrier": "DHL",
                "tracking_number": uuid4().hex[:13].upper(),
            }
            for part in chance.sample(parts, min(len(parts), 3))
        ]
        answer = self.call(
            secret, "POST", "fulfilment-orders/bulk/dispatch/", {"items": items}, key=str(uuid4())
        )
        if answer.status_code == httpx.codes.OK:
            for each in answer.json()["results"]:
                if each["result"] != "refused":
                    self.told.handed.add(each["fulfilment_order_id"])
            self.success("merchant bulk", began)

    def _refund(self, secret: str, chance: random.Random, parts: list[dict[str, Any]]) -> None:
        part, began = chance.choice(parts), time.monotonic()
        order = part["order_id"]
        ways: list[dict[str, Any]] = [
            {"everything": True, "restock": True},
            {"everything": True},
            {"goodwill": {"amount": 100, "currency": "EUR"}},
        ]
        asked = chance.choice(ways)
        seen = self.call(secret, "POST", f"orders/{order}/refunds/preview/", asked)
        if seen.status_code != httpx.codes.OK:
            return
        body = {**asked, "amount": seen.json()["amount"], "reason": "too small"}
        answer = self.call(secret, "POST", f"orders/{order}/refunds/", body, key=str(uuid4()))
        if answer.status_code == httpx.codes.CREATED:
            self.told.refunded.add(answer.json()["id"])
            self.success("merchant refund", began)

    def _cancel(self, secret: str, chance: random.Random, parts: list[dict[str, Any]]) -> None:
        part, began = chance.choice(parts), time.monotonic()
        path = f"fulfilment-orders/{part['id']}/cancellation/"
        seen = self.call(secret, "GET", path).json()
        if not seen.get("possible"):
            return
        answer = self.call(secret, "POST", path, {"amount": seen["amount"]}, key=str(uuid4()))
        if answer.status_code == httpx.codes.OK:
            self.success("merchant cancel", began)

    def counter(self, chance: random.Random) -> None:
        """Puts a few pieces of what runs out on the shelf: each delivery once."""
        shop = chance.choice(self.site.people["shops"])
        goods = chance.choice([each for each in shop["goods"] if each["scarce"]])
        began, reference = time.monotonic(), f"DN-{uuid4().hex[:12]}"
        body = {"delta": chance.randint(1, 2), "reason": "received", "reference": reference}
        path = f"variants/{goods['variant']}/stock/adjustments/"
        answer = self.call(shop["key"], "POST", path, body, key=str(uuid4()))
        if answer.status_code == httpx.codes.OK:
            self.told.counted.add(reference)
            self.success("stock delivery", began)
        time.sleep(0.5)


def _again(answer: httpx.Response) -> bool:
    """Whether the same call is to be sent again: it is under way, or too many came."""
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return True
    return answer.status_code == httpx.codes.CONFLICT and "call_in_progress" in answer.text
