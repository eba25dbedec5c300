"""Ends what an earlier start left running when it was killed before it could clean up."""

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

GRACE_SECONDS = 10


def stop_server(
    pid_file: Path, *, program: str, directory: Path, kind: int = signal.SIGTERM
) -> None:
    """Stop the `program` named by the first line of `pid_file` if it works in `directory`, and
    remove the file.

    Whoever calls holds the folder's lock: a server found here has lost the one who started it. A
    process that only happens to have the number is left alone.
    """
    if not pid_file.exists():
        return
    process = _running(pid_file.read_text().partition("\n")[0].strip())
    if process and process.name() == program and Path(process.cwd()) == directory.resolve():
        end([process], kind=kind)
    pid_file.unlink(missing_ok=True)


def end(processes: Iterable[psutil.Process], *, kind: int = signal.SIGTERM) -> None:
    """Ask `processes` to stop, wait, and kill those that do not."""
    asked = list(processes)
    for process in asked:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(kind)
    _, stubborn = psutil.wait_procs(asked, timeout=GRACE_SECONDS)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=GRACE_SECONDS)


def _running(pid: str) -> psutil.Process | None:
    if not pid.isdigit():
        return None
    try:
        process = psutil.Process(int(pid))
        return None if process.status() == psutil.STATUS_ZOMBIE else process
    except psutil.Error:
        return None


def stop_marked(name: str, value: str) -> None:
    """Stop every process of ours that carries `name=value` in its environment, except this one."""
    marked = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(name) == value:
                marked.append(process)
    end(marked)
