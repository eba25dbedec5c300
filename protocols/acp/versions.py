"""Which version of the Agentic Commerce Protocol is spoken, and where its documents are."""

VERSION = "2026-04-17"
# The oldest first; the last one is VERSION.
SUPPORTED = (VERSION,)
PAGES = "https://www.agenticcommerce.dev/docs"
SCHEMAS = (
    "https://raw.githubusercontent.com/agentic-commerce-protocol/agentic-commerce-protocol/main/spec/"
    + VERSION
)
# Below PUBLIC_URL; protocols.acp.urls has the addresses.
ROOT = "/acp"
