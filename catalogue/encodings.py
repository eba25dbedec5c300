"""Text out of files whose encoding nobody has told us."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

CHUNK = 65_536
LONGEST_LINE = 1_000_000
# A text has at most one NUL in so many bytes.
STRAY = 100
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableFile(ValueError):
    """A file that is not what it should be; `message` says what it is and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def text_lines(source: BinaryIO) -> Iterator[str]:
    """The lines of a seekable binary file with their own line ends, one in memory at a time.

    Reads UTF-8 (with or without a mark), UTF-16 and, where the bytes are neither, Windows-1252.
    The whole file is decoded once before the first line comes out, so that a bad byte near its
    end is known before anything is done with its beginning. Raises UnreadableFile.
    """
    encoding = _encoding(source)
    source.seek(0)
    text = io.TextIOWrapper(source, encoding=encoding, newline="")
    try:
        while line := text.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise UnreadableFile(_("A line is longer than a million characters."))
            yield line
    finally:
        # The wrapper would close the caller's file with itself.
        if not source.closed:
            text.detach()


def _encoding(source: BinaryIO) -> str:
    source.seek(0)
    head = source.read(CHUNK)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFile(_("This is a spreadsheet workbook. Save it as CSV (UTF-8)."))
    if head.startswith((codecs.BOM_UTF32_LE, b"%PDF")):
        raise UnreadableFile(_("This is not a CSV file. Save it as CSV (UTF-8)."))
    for mark, encoding in MARKS:
        if head.startswith(mark):
            candidates = [encoding]
            break
    else:
        candidates = _without_mark(head)
    for candidate in candidates:
        if _decodes(source, candidate):
            return candidate
    raise UnreadableFile(_("The text is in an unknown encoding. Save the file as CSV (UTF-8)."))


def _without_mark(head: bytes) -> list[str]:
    # One that strayed into a text is told with its row.
    if head.count(0) * STRAY < max(len(head), 1):
        return ["utf-8", "cp1252"]
    half = len(head) // 2
    if half and head[1::2].count(0) > half * 0.8:
        return ["utf-16-le"]
    if half and head[::2].count(0) > half * 0.8:
        return ["utf-16-be"]
    raise UnreadableFile(_("This is not a text file. Save it as CSV (UTF-8)."))


def _decodes(source: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    source.seek(0)
    try:
        while chunk := source.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
