"""The shop's settings as in production, which has none of the debugger's bookkeeping.

Production refuses addresses without TLS, as the stand-in for Stripe has, so this says only
the words that cost CPU time, and that many shoppers come from one address.
"""

from shopping.settings import *  # noqa: F403 - all of them, but for three

DEBUG = False
WHITENOISE_AUTOREFRESH = False
LIMIT_VISITORS = False
