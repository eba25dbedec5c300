"""Make `shapes.json`: the objects that the sandbox answers, as Stripe itself describes them.

Stripe's Node library (MIT licence) carries types generated from Stripe's API description. Unlike the
Python ones they tell a member that may be null (`name: string | null`) from one that may be absent
(`name?: string`). Run again when the pinned `stripe` moves to another API version:

    python tests/sandbox/extract_shapes.py path/to/unpacked/stripe/package
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOTS = {
    "PaymentIntent": "PaymentIntents",
    "Charge": "Charges",
    "Refund": "Refunds",
    "Customer": "Customers",
    "DeletedCustomer": "Customers",
    "PaymentMethod": "PaymentMethods",
    "ConfirmationToken": "ConfirmationTokens",
    "SetupIntent": "SetupIntents",
    "SetupAttempt": "SetupAttempts",
    "BalanceTransaction": "BalanceTransactions",
    "Dispute": "Disputes",
    "CustomerSession": "CustomerSessions",
    "EventBase": "Events",
    "Account": "Accounts",
    "BankAccount": "BankAccounts",
    "Capability": "Capabilities",
    "AccountLink": "AccountLinks",
    "LoginLink": "LoginLinks",
    "Transfer": "Transfers",
    "TransferReversal": "TransferReversals",
    "Balance": "Balance",
    "Payout": "Payouts",
    "Calculation": "Tax/Calculations",
    "CalculationLineItem": "Tax/CalculationLineItems",
    "Transaction": "Tax/Transactions",
    "TransactionLineItem": "Tax/TransactionLineItems",
}
# Shapes with one member a payment method: only cards are played here.
BY_METHOD = re.compile(
    r"(PaymentMethod|PaymentMethodDetails|PaymentMethodOptions|PaymentMethodPreview|DestinationDetails"
    r"|NextAction|Wallet)$"
)
COMMON = {
    "allow_redisplay",
    "billing_details",
    "card",
    "radar_options",
    "redirect_to_url",
    "stripe_account",
    "type",
    "use_stripe_sdk",
}
LONGEST_CHOICE = 40  # longer ones list payment methods or error codes: any string will do
PLAIN = {"string", "number", "boolean", "null", "void", "true", "map", "Metadata", "Address"}


class Declarations:
    """What one declaration file says: interfaces by dotted name with their members, and aliases."""

    def __init__(self, text: str) -> None:
        self.shapes: dict[str, dict[str, str]] = {}
        self.aliases: dict[str, str] = {}
        self.stack: list[tuple[str, str]] = []
        for line in re.sub(r"/\*.*?\*/", "", text, flags=re.S).splitlines():
            self.read(line)

    def read(self, line: str) -> None:
        names = [name for _, name in self.stack]
        opening = re.match(r"\s*(?:export )?(?:declare )?(interface|namespace|class) (\w+)", line)
        alias = re.match(r"\s*(?:export )?(?:declare )?type (\w+) = (.*)", line)
        if opening:
            if not line.rstrip().endswith("}"):
                self.stack.append((opening[1], opening[2]))
                if opening[1] == "interface":
                    self.shapes[".".join([*names, opening[2]])] = {}
        elif alias and alias[2] == "{":
            self.stack.append(("type", "_"))
        elif alias:
            self.aliases[".".join([*names, alias[1]])] = alias[2].rstrip(";")
        elif line.strip().startswith("}"):
            if self.stack:
                self.stack.pop()
        elif self.stack and self.stack[-1][0] == "interface":
            self.read_member(line, ".".join(names))

    def read_member(self, line: str, shape: str) -> None:
        member = re.match(r"\s*(\w+\??): (.*?);?$", line)
        if member and member[2].endswith("{"):
            self.stack.append(("type", "_"))
            self.shapes[shape][member[1]] = "map"
        elif member:
            self.shapes[shape][member[1]] = member[2]


def resolve(expression: str, where: str, known: Declarations) -> list[str]:
    """The alternatives of a type expression, with references made full names."""
    found: list[str] = []
    for part in re.split(r"\s*\|\s*(?![^<]*>)", expression.strip()):
        inner = re.fullmatch(r"(Array|ApiList)<(.*)>", part)
        if inner:
            kind = "list" if inner[1] == "ApiList" else "array"
            inside = "|".join(resolve(inner[2], where, known))
            found.append(f"{kind}<{inside}>")
        elif (
            part in PLAIN
            or part.startswith("'")
            or part in ("true", "map")
            or part in ("Metadata", "Address")
        ):
            found.append(part)
        elif part == "OtherString":
            continue  # room for values that later versions add
        else:
            name = lookup(part, where, known)
            if name in known.aliases:
                found.extend(resolve(known.aliases[name], name.rpartition(".")[0], known))
            else:
                found.append(name if name in known.shapes else part if part in ROOTS else "object")
    if sum(part.startswith("'") for part in found) > LONGEST_CHOICE:
        found = ["string", *(part for part in found if not part.startswith("'"))]
    return list(dict.fromkeys(found))


def lookup(name: str, where: str, known: Declarations) -> str:
    scope = where.split(".")
    while True:
        full = ".".join([*scope, name]) if scope != [""] else name
        if full in known.shapes or full in known.aliases:
            return full
        if not scope or scope == [""]:
            return name
        scope = scope[:-1] or [""]


def keep(shape: str, member: str, expression: str) -> bool:
    """Whether a member is about cards or about all methods, rather than about another method."""
    if not BY_METHOD.search(shape):
        return True
    name = member.rstrip("?")
    own = "".join(part.capitalize() for part in name.split("_"))
    return name in COMMON or not expression.endswith(f".{own}")


def main(package: Path) -> None:
    result: dict[str, dict[str, str]] = {}
    folder = package / "esm" / "resources"
    for root, file in ROOTS.items():
        known = Declarations((folder / f"{file}.d.ts").read_text())
        queue = [root]
        while queue:
            shape = queue.pop()
            if shape in result or shape not in known.shapes:
                continue
            result[shape] = {}
            for member, expression in known.shapes[shape].items():
                if not keep(shape, member, expression):
                    continue
                alternatives = resolve(expression, shape, known)
                result[shape][member] = "|".join(alternatives)
                queue.extend(re.findall(r"[A-Z][\w.]+", " ".join(alternatives)))
    version = re.search(r"'([\d-]+\.\w+)'", (package / "esm" / "apiVersion.js").read_text())
    target = Path(__file__).with_name("shapes.json")
    document = {
        "api_version": version[1] if version else None,
        "shapes": dict(sorted(result.items())),
    }
    target.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
