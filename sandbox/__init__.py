"""A local stand-in for Stripe: its API, its webhooks and its browser script."""
