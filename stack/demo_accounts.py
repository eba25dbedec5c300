"""The demo's shops at the stand-in for Stripe, as if their owners had told it everything."""

import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping

from stack.errors import StackError
from stack.manage import quietly

ANSWER_SECONDS = 10
# For a shop that is loaded from files (docs/ucp-catalogue-and-orders.md).
SPARE = ("acct_store", "US", "complete")


def open_all(words: Mapping[str, str]) -> None:
    """Make the accounts that the demo names and the stand-in does not know; before the demo loads.

    Nothing where Stripe itself answers. Errors: `StackError`.
    """
    if "SANDBOX_PORT" not in words:
        return
    listed = quietly("demo", "--accounts", words=words, otherwise="The demo lists no accounts:")
    for line in listed.splitlines():
        open_one(words, *line.split())
    open_one(words, *SPARE)


def open_one(words: Mapping[str, str], identifier: str, country: str, state: str) -> None:
    api = words["STRIPE_API_BASE"]
    key = b64encode(f"{words['STRIPE_SECRET_KEY']}:".encode()).decode()
    asked = urllib.request.Request(
        f"{api}/v1/accounts/{identifier}", headers={"Authorization": f"Basic {key}"}
    )
    wish = urllib.request.Request(
        f"{api}/_sandbox/accounts",
        data=json.dumps({"id": identifier, "country": country, "state": state}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        if not _answers(asked):
            urllib.request.urlopen(wish, timeout=ANSWER_SECONDS).close()
    except OSError as error:
        raise StackError(f"The Stripe stand-in makes no account {identifier}: {error}") from error


def _answers(asked: urllib.request.Request) -> bool:
    try:
        urllib.request.urlopen(asked, timeout=ANSWER_SECONDS).close()
    except urllib.error.HTTPError:
        return False
    return True
