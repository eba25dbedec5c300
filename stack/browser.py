"""The browser of the journeys: found on this machine, else installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from stack.environment import given
from stack.errors import StackError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SET = "Install Chromium or Chrome, or name one: CHROMIUM=/path/to/chromium make test"


def find_or_install() -> Path:
    """The path of a Chromium: CHROMIUM, then `PATH`, then Playwright's own, else a fresh one.

    As root it is installed with apt-get, else below the home folder by Playwright.

    Errors: `StackError` where there is none and none can be installed.
    """
    named = given().get("CHROMIUM", "")
    if named:
        if not os.access(named, os.X_OK):
            raise StackError(f"CHROMIUM names {named}, and there is no program. {SET}")
        return Path(named)
    found = find()
    if found is None:
        print("Installing Chromium for the browser tests (once) …", flush=True)
        install()
        found = find()
    if found is None:
        raise StackError(f"The browser tests need Chromium, and it could not be installed. {SET}")
    return found


def find() -> Path | None:
    """A Chromium that is there already."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return Path(path)
    try:
        with sync_playwright() as playwright:
            own = Path(playwright.chromium.executable_path)
    except Error:
        return None
    return own if own.exists() else None


def install() -> None:
    """Try each way to a browser until one works; what they print is shown where none does."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways = [["apt-get", "install", "--yes", "--no-install-recommends", "chromium"], *ways]
        ways = [["apt-get", "update", "--quiet"], *ways]
    said = ""
    for way in ways:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(
            way, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        said += done.stdout + done.stderr
        if done.returncode == 0 and find():
            return
    print(said[-2000:], file=sys.stderr)
