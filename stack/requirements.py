"""`make lock`: the hashed requirements, written anew from the names."""

import subprocess
import sys
import tempfile
from pathlib import Path

from stack.environment import ROOT
from stack.errors import StackError

TOOL = "pip-tools==7.6.2"
OPTIONS = [
    "--quiet",
    "--strip-extras",
    "--allow-unsafe",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
]


def lock(arguments: list[str]) -> int:
    """Compile base.txt, dev.txt, and oscar.txt, which the bench alone wants.

    `--upgrade` among `arguments` takes the newest versions. The compiler lives in an environment of
    its own, thrown away afterwards: it must not change what it compiles for.
    """
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        commands = [
            [sys.executable, "-m", "venv", folder],
            [str(python), "-m", "pip", "install", "--quiet", TOOL],
        ]
        for name in ("base", "dev", "oscar"):
            files = [f"--output-file={name}.txt", f"{name}.in"]
            commands += [[str(python), "-m", "piptools", "compile", *OPTIONS, *arguments, *files]]
        for command in commands:
            if subprocess.call(command, cwd=ROOT / "requirements"):
                raise StackError("The requirements are as they were; the reason stands above.")
    return 0
