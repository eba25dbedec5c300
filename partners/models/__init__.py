"""Who calls the API, and what is kept of their calls; a file a noun."""

from partners.models.agents import Agent, Allowance
from partners.models.answers import StoredAnswer
from partners.models.applications import Application
from partners.models.consents import AccessToken, Consent, Grant, RefreshToken
from partners.models.keys import ApiKey
from partners.models.partners import Partner
from partners.models.requests import RequestLine

__all__ = [
    "AccessToken",
    "Agent",
    "Allowance",
    "ApiKey",
    "Application",
    "Consent",
    "Grant",
    "Partner",
    "RefreshToken",
    "RequestLine",
    "StoredAnswer",
]
