"""`make advisories`: ask whether anything that production runs is known to be vulnerable.

It asks PyPI, so it needs the network, and is no part of `make test`, which needs none. pip-audit lives in
an environment of its own: nothing of it comes near the site's.
"""

import subprocess
import sys

from stack.environment import ROOT
from stack.errors import StackError

HOME = ROOT / ".local" / "advisories"
TOOL = "pip-audit==2.10.1"
AUDITED = "requirements/base.txt"


def advisories(_arguments: list[str]) -> int:
    """0 where nothing is known of any of them, else what pip-audit says.

    Errors: `StackError` where the tool cannot be installed, or could look up none of them: then nothing
    is known, and that is no good news.
    """
    python = HOME / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
    if subprocess.call([str(python), "-m", "pip", "install", "--quiet", TOOL]):
        raise StackError("pip-audit cannot be installed: this check needs the network.")
    words = [str(python), "-m", "pip_audit", "--requirement", AUDITED, "--require-hashes"]
    done = subprocess.run(
        [*words, "--disable-pip", "--progress-spinner", "off"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout + done.stderr)
    skipped = done.stdout.count("could not be audited")
    if skipped:
        raise StackError(
            f"{skipped} packages are not known where pip-audit looks: they were not audited."
        )
    return done.returncode
