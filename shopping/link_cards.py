"""What other networks show of a link to a page of ours: Open Graph (https://ogp.me), and what X and
Discord read beside it. templates/_link_card.html writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from shopping.absolute import absolute

# A card with a wide picture wants one of so many pixels; smaller ones stand beside the words.
WIDE = 400


@dataclass(frozen=True)
class CardImage:
    """A picture by its whole address; `width` and `height` in pixels, 0 where they are not known."""

    address: str
    alt: str = ""
    width: int = 0
    height: int = 0

    @property
    def is_wide(self) -> bool:
        return not self.width or self.width >= WIDE


def emblem() -> CardImage:
    """What stands for a page without a picture of its own."""
    return CardImage(absolute(static("icons/any-512.png")), "Étal", 512, 512)


@dataclass(frozen=True)
class LinkCard:
    """`kind` as Open Graph has it ("product", "article"). `address` is where the link leads, `page`
    the page's own address, `properties` more of Open Graph's, `frame` a page that shows it in a frame
    on other sites, or ""; `labels` are words with their values, at most two of which are shown."""

    kind: str
    title: str
    description: str
    address: str
    page: str
    image: CardImage | None = None
    properties: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    frame: str = ""

    @property
    def shown(self) -> CardImage:
        return self.image or emblem()

    @property
    def style(self) -> str:
        """X's name of how it looks."""
        return "summary_large_image" if self.image and self.image.is_wide else "summary"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frame, in pixels."""
        width, height = settings.EMBED_SIZE
        return width, height

    @property
    def described(self) -> dict[str, str]:
        """Where oEmbed describes the page, by the format of the answer."""
        where = absolute(reverse("feeds:oembed"))
        return {
            form: f"{where}?{urlencode({'url': self.page, 'format': form})}"
            for form in ("json", "xml")
        }
