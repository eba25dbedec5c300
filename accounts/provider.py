"""Under this name django-allauth looks for what an app teaches it to speak."""

from accounts.networks.providers import OAuthNetwork, OpenIdNetwork

provider_classes = [OpenIdNetwork, OAuthNetwork]
