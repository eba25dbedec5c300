"""Setting up `.venv`: what goes wrong is said in a sentence."""

import subprocess
import sys

import pytest

from stack import bootstrap

ACCIDENTS = {
    "OSError: [Errno 28] No space left on device": "The disk is full",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE": "is not the one that",
    "ERROR: In --require-hashes mode, all requirements must have their versions": "lacks a package",
    "error: command 'gcc' failed: No such file or directory": "there is no compiler",
    "NewConnectionError('<...>: Failed to establish a new connection')": "cannot be reached",
    "Temporary failure in name resolution": "cannot be reached",
    "ERROR: No matching distribution found for django": "cannot be reached",
    "Something nobody has thought of": "Setting up .venv failed: Something nobody has thought of",
}


@pytest.fixture
def clone(tmp_path, monkeypatch):
    (tmp_path / "requirements").mkdir()
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "LOCAL", str(tmp_path / ".local"))
    monkeypatch.setattr(bootstrap, "STAMP", str(tmp_path / ".venv" / "requirements.sha256"))
    monkeypatch.setattr(bootstrap, "LOG", str(tmp_path / ".local" / "setup.log"))
    requirements = tmp_path / "requirements" / "dev.txt"
    requirements.write_text("# none\n")
    monkeypatch.setattr(bootstrap, "REQUIREMENTS", str(requirements))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(capsys, act) -> str:
    with pytest.raises(SystemExit) as ended:
        act()
    assert ended.value.code == 1
    said: str = capsys.readouterr().err
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_what_pip_says_becomes_a_sentence(clone, capsys, accident):
    (clone / ".local").mkdir()
    failing = [sys.executable, "-c", f"import sys; sys.exit({accident!r})"]
    with open(bootstrap.LOG, "w") as log:
        said = refusal(capsys, lambda: bootstrap.run(failing, log))
    assert ACCIDENTS[accident] in said
    assert bootstrap.LOG in said


def test_a_long_installation_says_how_far_it_is(clone, capsys, monkeypatch):
    (clone / ".local").mkdir()
    (clone / "requirements" / "dev.txt").write_text("a==1 \\\n    --hash=x\nb[c]==2\nd-e==3\n")
    monkeypatch.setattr(bootstrap, "SAY_EVERY", 0.05)
    said = "import time; print('Collecting a'); print('Collecting b'); time.sleep(1)"
    with open(bootstrap.LOG, "w") as log:
        bootstrap.run([sys.executable, "-c", said], log)
    assert capsys.readouterr().out == "Setting up .venv: 2 of 3 packages\n"


def test_an_old_python_without_a_newer_one_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", "/nowhere")
    assert "Python 3.9 is too old" in refusal(capsys, bootstrap.use_python_of_age)


def test_a_python_without_venv_is_refused(clone, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    assert "apt-get install python3-venv" in refusal(capsys, bootstrap.main)


def test_too_little_room_is_said_before_the_download(clone, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "NEEDED_MEGABYTES", 10**12)
    assert "MB left" in refusal(capsys, bootstrap.main)
    assert not (clone / ".venv").exists()


def test_installs_once_again_when_changed_and_again_when_broken(clone, monkeypatch):
    installed = []

    def followed(command, *_more):
        if "install" in command:
            installed.append(command[-1])
            return 0
        return subprocess.call([*command, "--without-pip"])

    # Without packages "works" would never hold; that Python runs is what is looked at here.
    runs = [str(clone / ".venv" / "bin" / "python"), "-c", ""]
    monkeypatch.setattr(bootstrap, "followed", followed)

    def works() -> bool:
        return (clone / runs[0]).exists() and not subprocess.call(runs)

    monkeypatch.setattr(bootstrap, "works", works)
    bootstrap.main()
    bootstrap.main()
    assert installed == [bootstrap.REQUIREMENTS]
    (clone / "requirements" / "dev.txt").write_text("# changed\n")
    bootstrap.main()
    assert len(installed) == 2
    (clone / ".venv" / "bin" / "python").unlink()
    bootstrap.main()
    bootstrap.main()
    assert len(installed) == 3
    assert works()
