"""The metrics of several processes of one kind, added up and served on a port of their own.

prometheus_client keeps the figures of each process in files of a folder that it reads when it is
first imported (PROMETHEUS_MULTIPROC_DIR); the process that began the others serves the sums.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from shopping.environment import env

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def share() -> None:
    """Name the folder for this process and all that it begins; before prometheus_client is imported.

    One that the operator named is taken. Without METRICS_PORT nothing is shared.
    """
    if env.metrics_port and FOLDER not in os.environ:
        made, maker = tempfile.mkdtemp(prefix="etal-metrics-"), os.getpid()
        os.environ[FOLDER] = made
        atexit.register(_remove, made, maker)


def _remove(made: str, maker: int) -> None:
    if os.getpid() == maker:
        shutil.rmtree(made, ignore_errors=True)
