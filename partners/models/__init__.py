"""Who calls the API, and what is kept of their calls; a file a noun."""

from partners.models.answers import StoredAnswer
from partners.models.keys import ApiKey
from partners.models.partners import Partner
from partners.models.requests import RequestLine

__all__ = ["ApiKey", "Partner", "RequestLine", "StoredAnswer"]
