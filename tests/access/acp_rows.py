"""Who gets what from ACP's addresses: a browser nothing, whoever sits at it; keys and tokens are tried in
tests/protocols."""

from __future__ import annotations

# Pattern, address and methods.
ANY = "/00000000-0000-7000-8000-000000000000"
SESSIONS, CARTS = "acp/checkout_sessions", "acp/carts"
CALLS: list[tuple[str, str, tuple[str, ...]]] = [
    (SESSIONS, f"/{SESSIONS}", ("post",)),
    (f"{SESSIONS}/<uuid:public_id>", f"/{SESSIONS}{ANY}", ("get", "post")),
    (f"{SESSIONS}/<uuid:public_id>/complete", f"/{SESSIONS}{ANY}/complete", ("post",)),
    (f"{SESSIONS}/<uuid:public_id>/cancel", f"/{SESSIONS}{ANY}/cancel", ("post",)),
    (CARTS, f"/{CARTS}", ("post",)),
    (f"{CARTS}/<uuid:public_id>", f"/{CARTS}{ANY}", ("get", "put", "post")),
    (f"{CARTS}/<uuid:public_id>/cancel", f"/{CARTS}{ANY}/cancel", ("post",)),
]


def calls() -> list[tuple[str, str, str]]:
    """Each with one method."""
    return [(pattern, path, method) for pattern, path, methods in CALLS for method in methods]


# Whoever has no key is told so, before anything else.
NOTHING = 401
