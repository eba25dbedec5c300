"""The site of docs: Sphinx reads the Markdown files of the whole repository where they stand."""

from typing import Any

project = "Étal"
author = "The authors of Étal"
extensions = ["myst_parser", "sphinx_copybutton"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "sandbox/README.md"]
exclude_patterns = ["**/.*"]

# Headings can be linked to, as they can where the repository is read.
myst_heading_anchors = 3
# What is left out of an example (“…”) is no fault of it.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_title = "Étal"
html_show_sourcelink = False


def setup(app: Any) -> None:
    app.connect("source-read", _list_once)


def _list_once(_app: Any, name: str, source: list[str]) -> None:
    """Decisions and runbooks stand in the table of their README, and not in each page's list of pages."""
    folder, _, page = name.rpartition("/")
    if folder in ("docs/adr", "docs/runbooks") and page != "README":
        source[0] = f"---\norphan: true\n---\n{source[0]}"
