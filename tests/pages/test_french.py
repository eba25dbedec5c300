"""Everything that a person can read is there in French, and what is compiled is what is written."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

FRENCH = settings.BASE_DIR / "locale" / "fr" / "LC_MESSAGES"
APPS = [
    "accounts",
    "catalogue",
    "checkout",
    "demo",
    "desk",
    "feeds",
    "fulfilment",
    "partners",
    "shopping",
]
APPS += ["webhooks"]
# The API is in English alone (partners.api.endpoints): what only its callers read.
OF_PROGRAMS = {
    "answers",
    "paging",
    "preconditions",
    "problems",
    "pruning",
    "queries",
    "rates",
    "shapes",
}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
}
# What templatize() leaves of a template: calls between characters that stand for nothing.
CALL = re.compile(
    r"""\b(_|gettext|ngettext|pgettext)\((u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*").*?)\)"""
)
TEXT = re.compile(r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""")
SPACED = re.compile(r"[^\s\u00a0\u202f] [:;!?»€]|« ")


@pytest.fixture(scope="module")
def french() -> Catalog:
    with (FRENCH / "django.po").open("rb") as file:
        return read_po(file)


def in_code() -> Iterator[tuple[str, str | None, Path]]:
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            if "api" in path.parts or (app == "partners" and path.stem in OF_PROGRAMS):
                continue
            with path.open("rb") as file:
                for _line, message, _comments, context in extract("python", file, KEYWORDS):
                    first = message if isinstance(message, str) else message[0]
                    yield first, context, path


def in_templates() -> Iterator[tuple[str, str | None, Path]]:
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.*")):
        for name, inside in CALL.findall(templatize(path.read_text())):
            texts = [ast.literal_eval(text) for text in TEXT.findall(inside)]
            context = texts.pop(0) if name == "pgettext" else None
            # gettext doubles a % that is meant as one.
            yield texts[0], context, path


def test_every_text_has_its_french(french: Catalog) -> None:
    missing = set()
    found = 0
    for text, context, path in [*in_code(), *in_templates()]:
        found += 1
        message = french.get(text, context)
        written = message.string if message else ""
        if not (all(written) if isinstance(written, tuple | list) else written):
            missing.add((str(path.relative_to(settings.BASE_DIR)), text))
    assert found > 600
    assert missing == set()


def test_no_french_text_is_a_guess(french: Catalog) -> None:
    assert [message.id for message in french if message.id and message.fuzzy] == []


def test_spaces_before_french_marks_do_not_break(french: Catalog) -> None:
    for message in french:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts if message.id else ():
            assert SPACED.search(text) is None, text


def test_the_compiled_file_is_that_of_the_text() -> None:
    compiled = BytesIO()
    with (FRENCH / "django.po").open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    with (FRENCH / "django.mo").open("rb") as file:
        committed = gettext.GNUTranslations(file)
    written = gettext.GNUTranslations(compiled)
    assert vars(committed)["_catalog"] == vars(written)["_catalog"]


def test_french_texts_hold_the_same_values(french: Catalog) -> None:
    values = re.compile(r"%\((\w+)\)[sd]")
    for message in french:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = message.id[-1] if isinstance(message.id, tuple) else message.id
        for text in texts if message.id else ():
            assert set(values.findall(text)) == set(values.findall(wanted)), text
