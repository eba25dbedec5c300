"""Makes `.venv` from requirements/dev.txt, or leaves it as it is when nothing changed.

Run by the Makefile with whatever Python there is, so it needs nothing but the standard library and
has to be readable for old versions: it is the one who says that they are too old.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from typing import IO  # noqa: F401 - for the comments that give types

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
LOCAL = os.path.join(ROOT, ".local")
REQUIREMENTS = os.path.join(ROOT, "requirements", "dev.txt")
STAMP = os.path.join(VENV, "requirements.sha256")
LOG = os.path.join(LOCAL, "setup.log")
OLDEST = (3, 11)
NEEDED_MEGABYTES = 1000
SAY_EVERY = 15  # seconds
AGAIN = "then run the command again."
NO_SPACE = "The disk is full. Free about 1 GB, " + AGAIN
OTHER_FILE = (
    "A downloaded package is not the one that requirements/dev.txt names, and was not installed. Try "
    "again; if it stays so, the package index or a proxy serves another file."
)
NO_COMPILER = (
    "A package has no ready-made build for this machine and there is no compiler. Install one "
    "(Debian, Ubuntu: apt-get install build-essential python3-dev; macOS: xcode-select --install), "
) + AGAIN
NO_NETWORK = (
    "The package index cannot be reached. Check the network (or pip's index and proxy settings), "
) + AGAIN
INCOMPLETE = (
    "requirements/dev.txt lacks a package that Python %d.%d.%d wants. Name another Python (make "
    "PYTHON=/path/to/python3 ...), and please report it."
) % sys.version_info[:3]
# What pip writes when it gives up, and what that means; the first that is found counts.
MEANINGS = (
    (r"No space left on device|Errno 28", NO_SPACE),
    (r"DO NOT MATCH THE HASHES", OTHER_FILE),
    (r"In --require-hashes mode, all requirements must", INCOMPLETE),
    (
        r"NewConnectionError|name resolution|Timeout|timed out|ProxyError|SSLError|Max retries",
        NO_NETWORK,
    ),
    (r"Connection refused|Network is unreachable", NO_NETWORK),
    (r"gcc|g\+\+|clang|[Cc]ompiler|Python\.h|cargo|rustc", NO_COMPILER),
    (r"No matching distribution found", NO_NETWORK),
)


def main():
    # type: () -> None
    use_python_of_age()
    os.chdir(ROOT)
    os.makedirs(LOCAL, mode=0o711, exist_ok=True)
    with open(os.path.join(LOCAL, "setup.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second start waits for the first one's installation
        wanted = fingerprint()
        if recorded() != wanted or not works():
            install()
            with open(STAMP, "w") as stamp:
                stamp.write(wanted)


def use_python_of_age():
    # type: () -> None
    """Go on under a newer Python of this machine where this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which("python3.%d" % minor)
        if newer:
            os.execv(newer, [newer, "-I", os.path.abspath(__file__)])
    fail(
        "Python %d.%d is too old and no newer one is on PATH. Install Python 3.11 or later, or name "
        "one: make PYTHON=/path/to/python3 ..." % sys.version_info[:2]
    )


def fingerprint():
    # type: () -> str
    """What the virtual environment depends on: the requirements, this Python and this folder."""
    with open(REQUIREMENTS, "rb") as file:
        digest = hashlib.sha256(file.read())
    digest.update(("%s %s" % (sys.version_info[:2], VENV)).encode())
    return digest.hexdigest()


def recorded():
    # type: () -> str
    try:
        with open(STAMP) as stamp:
            return stamp.read()
    except OSError:
        return ""


def works():
    # type: () -> bool
    """Whether the virtual environment's Python runs and has its packages."""
    python = os.path.join(VENV, "bin", "python")
    try:
        code = "import django, honcho, psutil, psycopg2"
        return subprocess.call([python, "-I", "-c", code], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def install():
    # type: () -> None
    free = shutil.disk_usage(ROOT).free // 1000000
    if free < NEEDED_MEGABYTES and not works():
        fail(
            "The disk has %d MB left and the packages need about %d MB. Free some space, then run "
            "the command again." % (free, NEEDED_MEGABYTES)
        )
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        fail(
            "This Python (%s) comes without venv. Install it (Debian, Ubuntu: apt-get install "
            "python3-venv), then run the command again." % sys.executable
        )
    say("Setting up .venv from requirements/dev.txt (a minute or two, once) ...")
    python = os.path.join(VENV, "bin", "python")
    with open(LOG, "w") as log:
        if not works():
            run([sys.executable, "-m", "venv", "--clear", VENV], log)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
        run(pip + ["--no-compile", "--require-hashes", "-r", REQUIREMENTS], log)


def run(command, log):
    # type: (list[str], IO[str]) -> None
    """Run `command` with its output in the log; end with a sentence if it fails."""
    environment = dict(os.environ, PYTHONWARNINGS="ignore")
    environment.pop("PYTHONPATH", None)
    environment["PYTHONUNBUFFERED"] = "1"  # What is counted has to be in the log.
    if followed(command, log, environment):
        with open(LOG, errors="replace") as file:
            output = file.read()
        for words, meaning in MEANINGS:
            if re.search(words, output):
                fail("%s All that was said stands in %s." % (meaning, LOG))
        lines = [line for line in output.splitlines() if line.strip()] or ["nothing was said"]
        errors = [line for line in lines if line.startswith("ERROR: ")]
        fail("Setting up .venv failed: %s (see %s)" % ((errors or lines)[-1], LOG))


def followed(command, log, environment):
    # type: (list[str], IO[str], dict[str, str]) -> int
    """Run `command` to its end, and say now and then how many packages it has come to."""
    said = 0
    nothing = subprocess.DEVNULL
    with subprocess.Popen(
        command, stdout=log, stderr=log, stdin=nothing, env=environment
    ) as process:
        while True:
            try:
                return process.wait(timeout=SAY_EVERY)
            except subprocess.TimeoutExpired:
                count = begun()
                if count > said:
                    said = count
                    say("Setting up .venv: %d of %d packages" % (count, needed()))


def begun():
    # type: () -> int
    """How many packages pip has turned to."""
    with open(LOG, errors="replace") as file:
        return sum(line.startswith("Collecting ") for line in file)


def needed():
    # type: () -> int
    with open(REQUIREMENTS) as file:
        return sum(re.match(r"[\w.\[\]-]+==", line) is not None for line in file)


def say(text):
    # type: (str) -> None
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fail(sentence):
    # type: (str) -> None
    sys.stderr.write("\n" + sentence + "\n")
    sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        if error.errno == 28:
            fail(NO_SPACE)
        fail("Setting up failed: %s" % error)
