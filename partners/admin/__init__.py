"""The admin of who calls the API; a file a noun."""

from partners.admin import applications as applications
