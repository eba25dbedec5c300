"""Which scopes an app may ask for, as django-oauth-toolkit asks."""

from __future__ import annotations

from typing import Any

from oauth2_provider.scopes import BaseScopes

from partners.models import Application
from partners.scope_words import WORDS
from partners.scopes import OF_PARTNERS


class Scopes(BaseScopes):
    def get_all_scopes(self) -> dict[str, Any]:
        return dict(WORDS)

    def get_available_scopes(
        self, application: Application | None = None, *_rest: Any, **_others: Any
    ) -> list[str]:
        """Those that it is registered for; nobody can give away what is a partner's."""
        if application is None:
            return sorted(WORDS)
        of_owner = application.authorization_grant_type == Application.Flow.SERVER
        return [each for each in application.scopes if of_owner or each not in OF_PARTNERS]

    def get_default_scopes(
        self, application: Application | None = None, *_rest: Any, **_others: Any
    ) -> list[str]:
        return self.get_available_scopes(application)
