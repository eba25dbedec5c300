"""Everything that the stand-in remembers, in one SQLite file.

Objects are kept as the JSON that the API answers, beside what never leaves the process (`private`: which
test card stands behind a payment method, how a confirmation was asked for). One process and one thread
write, so a plain transaction a request is enough. WAL keeps a killed process's commits; that a power cut
may cost the last ones is no matter here, so nothing waits for the disk.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    customer TEXT,
    payment_intent TEXT,
    charge TEXT,
    type TEXT,
    data TEXT NOT NULL,
    private TEXT NOT NULL DEFAULT '{}',
    account TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_customer ON objects (customer, kind, seq)
    WHERE customer IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_intent ON objects (payment_intent, kind, seq)
    WHERE payment_intent IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_charge ON objects (charge, kind, seq) WHERE charge IS NOT NULL;
CREATE TABLE IF NOT EXISTS movements (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    available_on INTEGER NOT NULL,
    net INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS movements_sums ON movements (account, currency, available_on, net);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request TEXT NOT NULL,
    created REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    answer TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    due REAL NOT NULL
);
"""

# States of before connected accounts: whose an object is, and the sums that balances are made of.
ADD_ACCOUNT = "ALTER TABLE objects ADD COLUMN account TEXT NOT NULL DEFAULT ''"
ADD_INDEX = "CREATE INDEX IF NOT EXISTS objects_account ON objects (account, kind, seq)"
ADD_MOVEMENTS = """
INSERT INTO movements (id, account, currency, available_on, net)
SELECT id, account, json_extract(data, '$.currency'), json_extract(data, '$.available_on'),
       json_extract(data, '$.net')
FROM objects WHERE kind = 'balance_transaction' AND NOT EXISTS (SELECT 1 FROM movements)
"""

TABLES = ("objects", "movements", "idempotency", "deliveries", "jobs")
INDEXED = ("customer", "payment_intent", "charge", "type")


UPSERT = """
INSERT INTO objects (id, kind, created, customer, payment_intent, charge, type, data, private, account)
VALUES (:id, :kind, :created, :customer, :payment_intent, :charge, :type, :data,
        coalesce(:private, '{}'), :account)
ON CONFLICT (id) DO UPDATE SET
    customer = excluded.customer, payment_intent = excluded.payment_intent,
    charge = excluded.charge, data = excluded.data, private = coalesce(:private, private)
"""


class Store:
    """The stand-in's memory. `path` is a file, or `:memory:` for one that ends with the process.

    Inside a transaction changed objects are kept aside and written once, when it commits or when a
    query needs them; `find` gives the very object that was saved, so that a request has one of each.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.executescript(SCHEMA)
        self.upgrade()
        self.changed: dict[str, dict[str, Any]] = {}
        self.frozen: dict[str, str] = {}
        self.changed_private: dict[str, dict[str, Any]] = {}
        self.changed_account: dict[str, str] = {}

    def upgrade(self) -> None:
        """Bring a state of before connected accounts up to date."""
        columns = {row["name"] for row in self.db.execute("PRAGMA table_info(objects)")}
        if "account" not in columns:
            self.db.execute(ADD_ACCOUNT)
        self.db.execute(ADD_INDEX)
        self.db.execute(ADD_MOVEMENTS)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.flush()
        except BaseException:
            self.forget()
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def forget(self) -> None:
        self.changed.clear()
        self.frozen.clear()
        self.changed_private.clear()
        self.changed_account.clear()

    def reset(self) -> None:
        """Empty every table."""
        with self.transaction():
            for table in TABLES:
                self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own

    def save(
        self, thing: dict[str, Any], *, private: dict[str, Any] | None = None, account: str = ""
    ) -> None:
        """Insert or replace an object by its id; `private` stays as it was where it is not given.

        `account` is the connected account whose the object is (empty: the platform's); it is given
        with the first save and never changes.
        """
        self.changed[thing["id"]] = thing
        if account:
            self.changed_account[thing["id"]] = account
        if private is not None:
            self.changed_private[thing["id"]] = private

    def freeze(self, thing: dict[str, Any], *, account: str = "") -> None:
        """Save an object as it is now, whatever later happens to what it holds (an event's data)."""
        self.save(thing, account=account)
        self.frozen[thing["id"]] = dump(thing)

    def flush(self) -> None:
        """Write what was saved since the transaction began."""
        rows = []
        for identifier, thing in self.changed.items():
            private = self.changed_private.pop(identifier, None)
            columns = {name: thing.get(name) for name in INDEXED}
            rows.append(
                {
                    **{
                        key: value if isinstance(value, str) else None
                        for key, value in columns.items()
                    },
                    "id": identifier,
                    "kind": thing["object"],
                    "created": thing.get("created", 0),
                    "data": self.frozen.get(identifier) or dump(thing),
                    "private": None if private is None else dump(private),
                    "account": self.changed_account.get(identifier, ""),
                }
            )
        self.db.executemany(UPSERT, rows)
        for identifier, private in self.changed_private.items():
            self.db.execute(
                "UPDATE objects SET private = ? WHERE id = ?", [dump(private), identifier]
            )
        self.forget()

    def find(self, identifier: str, kind: str | None = None) -> dict[str, Any] | None:
        """The object with this id (and of this kind), or None."""
        thing: dict[str, Any] | None = self.changed.get(identifier)
        if thing is None:
            row = self.db.execute("SELECT data FROM objects WHERE id = ?", [identifier]).fetchone()
            thing = json.loads(row["data"]) if row else None
        if thing is None or (kind is not None and thing["object"] != kind):
            return None
        return thing

    def get(self, identifier: str) -> dict[str, Any]:
        """The object with this id, which is known to exist."""
        thing = self.find(identifier)
        if thing is None:
            raise KeyError(identifier)
        return thing

    def private(self, identifier: str) -> dict[str, Any]:
        """What is kept about an object and never answered; empty for an unknown one."""
        if identifier in self.changed_private:
            return dict(self.changed_private[identifier])
        row = self.db.execute("SELECT private FROM objects WHERE id = ?", [identifier]).fetchone()
        kept: dict[str, Any] = json.loads(row["private"]) if row else {}
        return kept

    def account_of(self, identifier: str) -> str:
        """The connected account whose the object is; empty for the platform's and for unknown ones."""
        if identifier in self.changed_account:
            return self.changed_account[identifier]
        row = self.db.execute("SELECT account FROM objects WHERE id = ?", [identifier]).fetchone()
        return str(row["account"]) if row else ""

    def keep(self, identifier: str, private: dict[str, Any]) -> None:
        self.changed_private[identifier] = private

    def position(self, identifier: str, kind: str) -> int | None:
        row = self.db.execute(
            "SELECT seq FROM objects WHERE id = ? AND kind = ?", [identifier, kind]
        ).fetchone()
        return None if row is None else int(row["seq"])

    def select(
        self, kind: str, conditions: list[str], values: list[Any], *, limit: int, newest_first: bool
    ) -> list[dict[str, Any]]:
        """Up to `limit` objects of a kind that meet SQL `conditions` over the columns of `objects`."""
        self.flush()
        where = " AND ".join(["kind = ?", *conditions])
        order = "DESC" if newest_first else "ASC"
        query = f"SELECT data FROM objects WHERE {where} ORDER BY seq {order} LIMIT ?"  # noqa: S608
        rows = self.db.execute(query, [kind, *values, limit])
        return [json.loads(row["data"]) for row in rows]

    def all(self, kind: str, **columns: str) -> list[dict[str, Any]]:
        """Every object of a kind, oldest first, narrowed by indexed columns."""
        conditions = [f"{name} = ?" for name in columns]
        return self.select(kind, conditions, list(columns.values()), limit=-1, newest_first=False)

    def schedule(self, kind: str, subject: str, due: float) -> None:
        """Have a job run at `due` (seconds since the epoch), also after a restart."""
        self.db.execute(
            "INSERT INTO jobs (kind, subject, due) VALUES (?, ?, ?)", [kind, subject, due]
        )


ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)


def dump(value: Any) -> str:
    return ENCODER.encode(value)
