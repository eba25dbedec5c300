"""`make docs`: the site of docs, from the Markdown files of the repository."""

import subprocess
import sys

from stack.environment import ROOT
from stack.errors import StackError

SITE = ROOT / "build" / "docs"


def docs(arguments: list[str]) -> int:
    """Write the site into build/docs, or into the folder that is named; a link to nowhere is an error.

    Errors: `StackError`, below what Sphinx says of the place.
    """
    folder = arguments[0] if arguments else str(SITE)
    options = ["--quiet", "--fail-on-warning", "--keep-going", "-c", "docs"]
    command = [sys.executable, "-m", "sphinx", *options, ".", folder]
    if subprocess.call(command, cwd=ROOT):
        raise StackError("Docs: the reason stands above.")
    print(f"{folder}/docs/index.html")
    return 0
