"""The settings as the type checker reads them: nothing is connected to, so any address will do."""

import os

NOWHERE = {
    "DEBUG": "true",
    "SECRET_KEY": "read by the type checker",
    "DATABASE_URL": "postgres://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost/0",
    "STRIPE_SECRET_KEY": "sk_test_nothing",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_nothing",
    "STRIPE_WEBHOOK_SECRET": "whsec_nothing",
}
for name in NOWHERE:
    os.environ.setdefault(name, NOWHERE[name])

from shopping.settings import *  # noqa: E402, F403
