"""docs/privacy.md: its table is written from what the apps say of theirs."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from shopping.personal import Table, tables

PATH = Path("docs/privacy.md")
BEGIN, END = "<!-- tables -->", "<!-- end of tables -->"
HEAD = "| table | when its person is erased | how long it is kept | swept by | why |\n|---|---|---|---|---|"


def table() -> str:
    """The table, in Markdown: the upper layers last."""
    return "\n".join([HEAD, *sorted(_row(each) for each in tables())])


def written(text: str) -> str:
    """`text` of the document with the table as it has to be."""
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    return f"{head}{BEGIN}\n\n{table()}\n\n{END}{tail}"


def document() -> Path:
    return Path(settings.BASE_DIR) / PATH


def _row(each: Table) -> str:
    meta = each.model._meta
    name = f"`{meta.app_label}.{meta.object_name}`"
    fate = str(each.fate)
    if each.without:
        fate += f" ({', '.join(each.without)})"
    if each.acted:
        fate += f"; {', '.join(each.acted)} lead{'s' if len(each.acted) == 1 else ''} to the emptied account"
    sweep = f"`{each.sweep}`" if each.sweep else ""
    return f"| {name} | {fate} | {each.kept} | {sweep} | {each.why} |"
