"""Profiles on outside networks: which networks there are, and how a profile proves whose it is.

django-allauth speaks OAuth 2.0 and OpenID Connect; it keeps nothing here, and signs nobody in.
"""
