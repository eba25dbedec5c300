"""The admin of who calls the API; a file a noun."""

from partners.admin import agents as agents
from partners.admin import applications as applications
from partners.admin import keys as keys
from partners.admin import partners as partners
from partners.admin import requests as requests
