"""UCP's checkout sessions and carts: translations of checkout.sessions, without a rule of their own.

https://ucp.dev/2026-04-08/specification/checkout
"""
