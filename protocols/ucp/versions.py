"""The one version of the Universal Commerce Protocol that is spoken here."""

VERSION = "2026-04-08"
PAGES = f"https://ucp.dev/{VERSION}/specification"
SCHEMAS = f"https://ucp.dev/{VERSION}/schemas"
SERVICES = f"https://ucp.dev/{VERSION}/services"
