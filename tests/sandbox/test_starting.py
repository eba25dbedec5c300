"""Starting: a clear sentence where it cannot, and the same state as before where it can."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import stripe

from tests.sandbox.conftest import PROJECT, SandboxProcess, client_of, order


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port(sandbox: SandboxProcess) -> None:
    ended = start("--port", str(sandbox.port))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"The Stripe stand-in cannot listen on 127.0.0.1:{sandbox.port}")
    assert "Traceback" not in ended.stderr


def test_a_state_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    ended = start("--port", "1", "--state", str(tmp_path / "file" / "state.db"))
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    ended = start("--port", "0")
    assert ended.stderr.startswith("The port must be a number from 1 to 65535")


def test_a_file_that_is_no_state(tmp_path: Path, process: SandboxProcess) -> None:
    broken = tmp_path / "state.db"
    broken.write_bytes(b"this is not a database" * 100)
    ended = start("--port", "43117", "--state", str(broken))
    assert ended.returncode == 1
    assert ended.stderr.startswith("The Stripe stand-in cannot write its state")


def test_the_state_outlives_kill_9(sandbox: SandboxProcess) -> None:
    customer = client_of(sandbox).v1.customers.create({"name": "Ada"})
    paid = client_of(sandbox).v1.payment_intents.create(order(customer=customer.id))
    sandbox.kill()
    sandbox.start()
    again = client_of(sandbox).v1.payment_intents.retrieve(paid.id, {"expand": ["customer"]})
    assert again.status == "succeeded"
    assert isinstance(again.customer, stripe.Customer)
    assert again.customer.name == "Ada"


def test_no_app_of_the_shop_is_imported() -> None:
    names = "accounts catalogue checkout django feeds fulfilment shopping webhooks"
    code = f"import sys, sandbox.app; print(set({names.split()}) & set(sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (ended.stdout, ended.stderr) == ("set()\n", "")
