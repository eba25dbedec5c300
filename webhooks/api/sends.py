"""How often a shop has us send what no event asks for: a test, or once more. Addresses are its own word."""

from shopping.limits import Limit

SENDS = Limit("api_webhook_sends", 60, 60)
