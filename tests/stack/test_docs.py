"""The site of docs is made of what the repository says, and no link in it leads nowhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from stack import docs
from stack.environment import ROOT


def test_all_docs_are_in_the_site_with_their_pictures(tmp_path, capfd):
    assert docs.docs([str(tmp_path / "site")]) == 0
    written = {
        str(page.relative_to(tmp_path / "site").with_suffix(".md"))
        for page in (tmp_path / "site").rglob("*.html")
    }
    told = {str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md")}
    assert told <= written
    assert {"README.md", "CONTRIBUTING.md", "SECURITY.md"} <= written
    assert (tmp_path / "site" / "_images" / "feed.webp").stat().st_size
    assert "index.html" in capfd.readouterr().out


def test_a_link_to_nowhere_is_an_error(tmp_path: Path):
    for folder in ("docs", "stack"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for page in ROOT.glob("*.md"):
        shutil.copy(page, tmp_path)
    (tmp_path / "docs" / "tour.md").write_text("# A tour\n\n[There](nowhere.md)\n")
    made = subprocess.run(
        [sys.executable, "-m", "stack", "docs"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 1
    assert "docs/tour.md:3" in made.stderr
    assert "nowhere.md" in made.stderr
