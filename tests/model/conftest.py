"""Stripe, of the cast of tests.buying."""

from tests.buying import sandbox, sandbox_process

__all__ = ["sandbox", "sandbox_process"]
