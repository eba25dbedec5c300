"""Sheets of paper: our type, headings, rows of words and amounts, bar codes. Knows no order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(__file__).parent / "fonts"
A4, A6 = (210.0, 297.0), (105.0, 148.0)
NARROW = 26.0  # millimetres: each figure of a row
LINE = 5.5
INK, GREY = (12, 32, 25), (90, 104, 98)
# Our type has no narrow space; the fallback's would tear an amount into two fonts.
SPACES = str.maketrans("\u202f\u2009", "\u00a0\u00a0")


@dataclass(frozen=True, slots=True)
class Row:
    """`figures` stand under the heading's columns, the last one at the right margin."""

    words: str
    figures: Sequence[str]
    strong: bool = False


class Sheets(FPDF):
    """None yet: `add_page` begins each. Text stays text: it can be searched, copied and read aloud.

    `size` is width and height, `margin` all around; millimetres.
    """

    def __init__(
        self, *, title: str, language: str, size: tuple[float, float] = A4, margin: float = 20
    ) -> None:
        super().__init__(format=size)
        self.set_margin(margin)
        self.set_auto_page_break(True, margin=margin)
        for name, style in (("regular", ""), ("bold", "B")):
            self.add_font("Figtree", style, FONTS / f"figtree-{name}.ttf")
            self.add_font("DejaVu", style, FONTS / f"dejavu-{name}.ttf")
        # For names in Polish, Greek or Cyrillic.
        self.set_fallback_fonts(["DejaVu"], exact_match=False)
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("Étal")

    def heading(self, text: str) -> None:
        self._write(text, size=20, strong=True, height=10)
        self.ln(3)

    def label(self, text: str) -> None:
        self._write(text, size=9, ink=GREY)

    def block(self, lines: Iterable[str]) -> None:
        """Lines one under the other, empty ones left out."""
        for line in lines:
            if line.strip():
                self._write(line)
        self.ln(3)

    def columns(self, heading: Row, rows: Iterable[Row]) -> None:
        """Rows below their heading, which stands above them on the next sheet again."""
        self._heading(heading)
        for row in rows:
            if self._turn():
                self._heading(heading)
            self._row(row)
        self._rule()

    def _heading(self, heading: Row) -> None:
        self._row(heading, size=9, ink=GREY)
        self._rule()

    def sums(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._row(row)
        self.ln(4)

    def large(self, lines: Iterable[str], *, size: float) -> None:
        """Lines in another `size`, points, one under the other."""
        for line in lines:
            if line.strip():
                self._write(line, size=size, height=size / 2)

    def bars(self, code: str) -> None:
        """`code` (capitals, digits and - . $ / + % and spaces) as Code 39, which any reader reads."""
        self._turn()
        self.set_fill_color(0)
        self.code39(f"*{code}*", x=self.l_margin, y=self.get_y(), w=0.9, h=12)
        self.set_xy(self.l_margin, self.get_y() + 14)

    def _turn(self) -> bool:
        """A new sheet where a row would not fit: its words may take several lines."""
        ends = bool(self.will_page_break(LINE * 3))
        if ends:
            self.add_page()
        return ends

    def _rule(self) -> None:
        self.set_draw_color(*GREY)
        self.line(self.l_margin, self.get_y() + 1, self.w - self.r_margin, self.get_y() + 1)
        self.ln(2.5)

    def _row(self, row: Row, *, size: float = 10, ink: tuple[int, int, int] = INK) -> None:
        self._type(size, strong=row.strong, ink=ink)
        width = self.epw - NARROW * len(row.figures)
        self._turn()
        top = self.get_y()
        self._words(row.words, width=width, height=LINE)
        bottom = self.get_y()
        self.set_xy(self.l_margin + width, top)
        for figure in row.figures:
            self.cell(NARROW, LINE, figure.translate(SPACES), align="R")
        self.set_xy(self.l_margin, bottom)

    def _write(
        self,
        text: str,
        *,
        size: float = 10,
        strong: bool = False,
        ink: tuple[int, int, int] = INK,
        height: float = LINE,
    ) -> None:
        self._type(size, strong=strong, ink=ink)
        self._words(text, width=self.epw, height=height)

    def _words(self, text: str, *, width: float, height: float) -> None:
        words = text.translate(SPACES)
        self.multi_cell(width, height, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _type(self, size: float, *, strong: bool, ink: tuple[int, int, int]) -> None:
        self.set_font("Figtree", "B" if strong else "", size)
        self.set_text_color(*ink)


class Paper(Sheets):
    """A4, begun with its heading.

    `numbered` writes below each sheet which of how many it is, for what may take several.
    """

    def __init__(self, *, title: str, language: str, numbered: bool = False) -> None:
        super().__init__(title=title, language=language)
        self._numbered = numbered
        self.add_page()
        self.heading(title)

    def footer(self) -> None:
        if not self._numbered:
            return
        self.set_y(-14)
        self._type(9, strong=False, ink=GREY)
        # The library writes the number of sheets once it knows it.
        words = {"sheet": self.page_no(), "sheets": self.str_alias_nb_pages}
        self.cell(self.epw, LINE, _("Page %(sheet)s of %(sheets)s") % words, align="L")
