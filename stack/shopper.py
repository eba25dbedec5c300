"""A shopper without a browser: opens the sheet, fills it in and pays, as the page's script does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

ADDRESS = {
    "email": "guest@example.org",
    "country": "FR",
    "name": "Camille Roux",
    "line1": "3 quai Lamartine",
    "postal_code": "71000",
    "city": "Mâcon",
}


class Form(HTMLParser):
    """The fields of the first form whose `action` holds a given word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word
        self.action = ""
        self.fields: dict[str, str] = {}
        self._inside = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action and self.word in words.get("action", ""):
            self.action, self._inside = words["action"], True
        if not self._inside:
            return
        name = words.get("name", "")
        boxed = words.get("type") in {"checkbox", "radio"}
        if tag == "input" and name and (not boxed or "checked" in words):
            self.fields[name] = words.get("value", "")
        if tag == "select":
            self._select = name
        if tag == "option" and (self._select not in self.fields or "selected" in words):
            self.fields[self._select] = words.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def filled(sheet: str) -> Form:
    """The form of a Buy sheet with a guest's address in it. Raises LookupError where there is none."""
    form = Form("/place")
    form.feed(sheet)
    if not form.action:
        raise LookupError("the sheet holds no form to place an order")
    form.fields.update(ADDRESS)
    return form


@dataclass
class Shopper:
    """One visitor of the shop at `url`, who pays through the stand-in at `sandbox_url`."""

    url: str
    sandbox_url: str
    secret_key: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=40, follow_redirects=False)

    def open(self, product_id: str, *, variant_id: str = "", post_id: str = "") -> Form:
        """The filled-in form of the Buy sheet of a product, as a post shows it; nothing is sent yet."""
        asked = {"variant": variant_id, "post": post_id}
        return filled(self.sheet(f"/buy/{product_id}/", asked))

    def sheet(self, path: str, asked: Mapping[str, str] | None = None) -> str:
        """The Buy sheet at `path`, as HTML."""
        answer = self.http.get(path, params=asked)
        answer.raise_for_status()
        return answer.text

    def confirmation_token(self, card: str = "pm_card_visa") -> str:
        """What Stripe's script would make of a card: one of Stripe's published test cards."""
        answer = httpx.post(
            f"{self.sandbox_url}/v1/test_helpers/confirmation_tokens",
            data={"payment_method": card},
            auth=(self.secret_key, ""),
            timeout=20,
        )
        answer.raise_for_status()
        return str(answer.json()["id"])

    def pay(self, form: Form, *, card: str = "pm_card_visa") -> httpx.Response:
        """Press Pay: the form with a fresh confirmation token."""
        form.fields["confirmation_token"] = self.confirmation_token(card)
        return self.send(form)

    def send(self, form: Form) -> httpx.Response:
        """Send the form as it is; twice is what an impatient shopper does."""
        return self.http.post(
            form.action,
            data=form.fields,
            headers={"Accept": "application/json", "Referer": self.url},
        )
