"""List a product, post it, hear that somebody bought it, and ship it: in Python.

    pip install httpx standardwebhooks
    ETAL_KEY=etal_live_… python walkthrough.py

It needs Python 3.11, and a key of a shop with the scopes products:read, products:write, posts:write,
fulfilment:write and webhooks:write. Étal is looked for on this machine (`make run`), unless ETAL_URL says
where it is.
"""

import base64
import hashlib
import os
import queue
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

# == settings ==
URL = os.environ.get("ETAL_URL", "http://localhost:8000")
KEY = os.environ["ETAL_KEY"]
# Where this program listens for webhooks, and under which address Étal reaches that.
HOOK_PORT = int(os.environ.get("HOOK_PORT", "8900"))
HOOK_URL = os.environ.get("HOOK_URL", f"http://127.0.0.1:{HOOK_PORT}/hooks")
# What the Idempotency-Keys of this run begin with. Yours come from your own records (the number of the
# product, of the parcel), so that a program that died and starts again sends the same ones.
RUN = os.environ.get("RUN", secrets.token_hex(8))

api = httpx.Client(
    base_url=f"{URL}/api/v1/", headers={"Authorization": f"Bearer {KEY}"}, timeout=30
)


# == call ==
def call(method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    """One call. It is sent again after a lost line, or to a busy server: hence the Idempotency-Keys."""
    for wait in (1, 3, 9, None):
        try:
            answer = api.request(method, path, json=body, headers=headers)
        except httpx.TransportError:
            if wait is None:
                raise
        else:
            if answer.is_success:
                return answer
            if wait is None or not (answer.status_code in (409, 429) or answer.status_code >= 500):
                # A problem (RFC 9457): programs go by `code`, people read `detail`.
                sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
            wait = int(answer.headers.get("Retry-After", wait))
        time.sleep(wait)
    raise AssertionError("the last round returns or raises")


# == receive ==
# What was received and verified: the headers' webhook-id, and the message.
received: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    secret = ""

    def do_POST(self) -> None:
        # The signature is over the very bytes: verify first, parse afterwards. An old message is refused too.
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            message = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            self.answer(400)
            return
        # Answer at once, work afterwards: Étal waits 15 seconds.
        received.put((headers["webhook-id"], message))
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """The walk-through says itself what happens."""


def listen() -> str:
    """Listen, and subscribe to paid orders. The secret is in this answer and in no other: keep it."""
    server = ThreadingHTTPServer(("127.0.0.1", HOOK_PORT), Receiver)
    wanted = {"url": HOOK_URL, "types": ["fulfilment_order.opened"]}
    webhook: dict[str, Any] = call(
        "POST", "webhooks/", wanted, **{"Idempotency-Key": f"{RUN}-webhook"}
    ).json()
    Receiver.secret = webhook["secret"]
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"Webhooks come to {HOOK_URL}.")
    return str(webhook["id"])


# == forged ==
def refuse_a_forged_one() -> None:
    """Anybody can post to your address. What they do not have is the secret."""
    guess = hashlib.sha256(b"a guess").digest()
    headers = {
        "webhook-id": "evt_forged",
        "webhook-timestamp": str(int(time.time())),
        "webhook-signature": f"v1,{base64.b64encode(guess).decode()}",
    }
    forged = b'{"type": "fulfilment_order.opened", "data": {}}'
    answer = httpx.post(f"http://127.0.0.1:{HOOK_PORT}/hooks", content=forged, headers=headers)
    if answer.status_code != 400:
        sys.exit("A forged message got in.")
    print("A forged message was refused.")


# == list ==
def list_product() -> dict[str, Any]:
    """A draft with its stock first; then, when all is there, it is published."""
    draft = {
        "title": "Enamel mug",
        "description": "<p>Holds 350 ml, and a fall.</p>",
        "option_names": ["Colour"],
        "variants": [
            {
                "option_values": ["Blue"],
                "price": {"amount": 1250, "currency": "EUR"},  # 12.50 €: money is in cents
                "on_hand": 5,
            },
        ],
    }
    made = call("POST", "products/", draft, **{"Idempotency-Key": f"{RUN}-product"})
    product = made.json()
    # If-Match: change it only if it is still the product that we have seen; 412 says that it is not.
    publish = {"If-Match": made.headers["ETag"], "Idempotency-Key": f"{RUN}-publish"}
    published: dict[str, Any] = call(
        "PATCH", f"products/{product['id']}/", {"status": "active"}, **publish
    ).json()
    print(f"Listed: {published['title']}, {published['url']}")
    return published


# == post ==
def post_product(product: dict[str, Any]) -> None:
    """The shop's followers see the words with a card of the product, and its Buy now."""
    words = {"text": "The enamel mugs are here.", "products": [product["id"]]}
    post = call("POST", "posts/", words, **{"Idempotency-Key": f"{RUN}-post"}).json()
    print(f"Posted: {post['url']}", "Now somebody has to buy it. Waiting …", sep="\n", flush=True)


# == ship ==
def ship_the_order_of(product: dict[str, Any]) -> None:
    """Wait for a paid order that has the product in it, and hand it to a carrier."""
    variants = call("GET", f"products/{product['id']}/variants/").json()["data"]
    wanted = {variant["id"] for variant in variants}
    while True:
        webhook_id, message = received.get()
        order = message["data"]
        if wanted & {line["variant"] for line in order["lines"]}:
            break
    print(f"Paid: {order['order']['reference']}, to {order['address']['city']}. Verified.")
    # A webhook may come twice. The key is made of its id, so that the parcel is not sent twice.
    parcel = {"carrier": "Colissimo", "tracking_number": "6A12345678901"}
    key = {"Idempotency-Key": f"ship-{webhook_id}"}
    shipment = call("POST", f"fulfilment-orders/{order['id']}/shipments/", parcel, **key).json()
    print(f"Shipped: {shipment['carrier']} {shipment['tracking_number']}")


# == all ==
def main() -> None:
    webhook_id = listen()
    refuse_a_forged_one()
    product = list_product()
    post_product(product)
    ship_the_order_of(product)
    # Only because this program ends now: yours listens on, and keeps its webhook.
    call("DELETE", f"webhooks/{webhook_id}/")
    print("Done: listed, posted, sold, verified and shipped.")


if __name__ == "__main__":
    main()
