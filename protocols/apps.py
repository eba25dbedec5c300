from django.apps import AppConfig

from protocols.ucp import signing_keys


class ProtocolsConfig(AppConfig):
    name = "protocols"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A file of keys that cannot be read stops the start, and not somebody's purchase."""
        signing_keys.ours()
