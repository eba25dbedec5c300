"""Bodies of JSON, as RFC 8259 has them: UTF-8 whatever the header says, and whole characters."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils import json as strict

# JSON can say half a character; nothing can be made of it, not even an answer that names it.
HALF = re.compile(r"\\u[dD][89a-fA-F]")


class Parser(JSONParser):
    """Raises ParseError, which is 400, for all that is no JSON, also what is nested beyond reading."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            text = stream.read().decode()
            told = json.loads(text, parse_constant=strict.strict_constant)
            if HALF.search(text):
                json.dumps(told, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise ParseError(_("This is no JSON, or too deep.")) from None
        return told
