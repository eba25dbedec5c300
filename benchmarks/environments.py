"""Environments of their own for what we compare ourselves with, from hashed requirements."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from stack.environment import ROOT


def python_with(name: str) -> Path:
    """The Python of an environment with requirements/`name`.txt, made where it is not there yet.

    Raises RuntimeError with pip's words where the packages cannot be had.
    """
    wanted = ROOT / "requirements" / f"{name}.txt"
    folder = ROOT / ".local" / f"bench-{name}"
    stamp, python = folder / "requirements.sha256", folder / "bin" / "python"
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    print(f"setting up {name}, once ...", flush=True)
    _run([sys.executable, "-m", "venv", str(folder)])
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    _run([*pip, "--require-hashes", "-r", str(wanted)])
    stamp.write_text(digest)
    return python


def _run(words: list[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stderr}")
