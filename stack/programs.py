"""Programs that no wheel carries: found on this machine, else installed by its package manager."""

import os
import shutil
import subprocess
from pathlib import Path

from stack.environment import given
from stack.errors import StackError

# Program → Debian's package.
PACKAGES = {
    "caddy": "caddy",
    "pgbouncer": "pgbouncer",
    "prometheus": "prometheus",
    "promtool": "prometheus",
}
FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin", "/opt/homebrew/bin")


def find_or_install(name: str) -> Path:
    """The path of a program of PACKAGES: its name in capitals, then `PATH`, else a fresh one.

    Only root installs, with apt-get, and no service is started. Errors: `StackError` where there is
    none and none can be installed.
    """
    found = find(name)
    if found is None:
        print(f"Installing {PACKAGES[name]} (once) …", flush=True)
        _install(PACKAGES[name])
        found = find(name)
    if found is None:
        raise StackError(
            f"This needs {name}, and it could not be installed. Install the package"
            f" {PACKAGES[name]}, or name the program: {name.upper()}=/path/to/{name}"
        )
    return found


def find(name: str) -> Path | None:
    """A program that is there already."""
    named = given().get(name.upper(), "")
    if named:
        return Path(named)
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *FOLDERS])
    found = shutil.which(name, path=path)
    return Path(found) if found else None


def _install(package: str) -> None:
    """With apt-get, as root. Its services stay off: each is started by who needs it, as it needs it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (
        ["apt-get", "update", "--quiet"],
        ["apt-get", "install", "--yes", "--no-install-recommends", package],
    ):
        subprocess.run(
            command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
