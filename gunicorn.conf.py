"""What gunicorn does besides the Procfile's words. Our own code is imported in production alone: there
it never changes under it, so that it may be imported before the processes of the web are begun."""

import os
from typing import Any


def pre_request(worker: Any, request: Any) -> None:
    """Instead of gunicorn's own, which names the address: some open something for whoever has them."""
    worker.log.debug("%s request", request.method)


if os.environ.get("DEBUG", "").lower() not in {"1", "true", "yes", "on"}:
    from shopping.environment import env
    from shopping.monitoring import serving
    from shopping.monitoring.logs import logging_of

    if env.log_form == "json":
        logconfig_dict = logging_of("json")

    def when_ready(server: Any) -> None:
        """The first process serves what all of them count."""
        serving.serve()

    def child_exit(server: Any, worker: Any) -> None:
        """A process of the web has ended."""
        serving.forget(worker.pid)
