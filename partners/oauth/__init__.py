"""OAuth 2.1 on django-oauth-toolkit: codes with PKCE, tokens of servers, and rotated refresh tokens."""
