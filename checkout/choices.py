"""Which variant a shopper means: the options of a product, what is picked, what is sold out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.choosing import are_short, is_size
from catalogue.models import NO_OPTION, ProductImage, Variant

FEW = 3


@dataclass(frozen=True, slots=True)
class Value:
    """One chip."""

    text: str
    picked: bool
    sold_out: bool
    image: ProductImage | None


@dataclass(frozen=True, slots=True)
class Option:
    """One row of chips; `remembered` where the pick is that of the last order."""

    position: int
    name: str
    values: tuple[Value, ...]
    remembered: bool

    @property
    def picked(self) -> str | None:
        return next((value.text for value in self.values if value.picked), None)

    @property
    def is_size(self) -> bool:
        return is_size(self.name)

    @property
    def few(self) -> bool:
        """Whether the quantity stepper has room beside the chips."""
        return len(self.values) <= FEW and sum(len(value.text) for value in self.values) <= 24

    @property
    def even(self) -> bool:
        """Whether the chips are short enough for columns of one width."""
        return are_short(value.text for value in self.values)


@dataclass(frozen=True, slots=True)
class Lost:
    """A value that was picked and is sold out, and those of its option that are left."""

    name: str
    text: str
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is picked so far.

    `variant` is what would be bought, None while an option is `missing`; `shown` stands for it
    meanwhile, so that a price can be shown; `lost` is a pick that cannot be had.
    """

    options: tuple[Option, ...]
    variant: Variant | None
    shown: Variant
    missing: Option | None
    lost: Lost | None = None


def available(variant: Variant) -> int:
    """How many of `variant` can be bought now."""
    stock = getattr(variant, "stock", None)
    return max(stock.available, 0) if stock else 0


def choose(
    variants: Sequence[Variant],
    *,
    names: Sequence[str],
    images: Sequence[ProductImage],
    picks: Sequence[str],
    remembered: Variant | None = None,
) -> Choice:
    """Narrow `variants` (with their stock, not empty) option by option to the one that is meant.

    `picks` holds a value an option ("" where none was picked yet). Without one, the only value is
    taken, else the first that can be bought, except for a size, which is then `missing`. A pick
    that is sold out is `lost`, and nothing takes its place but the shopper's own next pick.
    """
    if names and all(variant.option_values == [NO_OPTION] for variant in variants):
        names = ()
    pool = list(variants)
    options: list[Option] = []
    for position, name in enumerate(names):
        pick = picks[position] if position < len(picks) else ""
        option = _option(pool, position=position, name=name, pick=pick, images=images)
        if remembered and option.picked == remembered.option_values[position]:
            option = Option(position, name, option.values, remembered=True)
        options.append(option)
        if option.picked is not None:
            pool = [each for each in pool if each.option_values[position] == option.picked]
    lost = next((_lost(option, picks) for option in options if _is_lost(option, picks)), None)
    missing = next((option for option in options if option.picked is None), None)
    shown = next((variant for variant in pool if available(variant)), pool[0])
    return Choice(tuple(options), None if missing else shown, shown, missing, lost)


def exact(
    variants: Sequence[Variant], *, names: Sequence[str], picks: Sequence[str]
) -> Variant | None:
    """The variant that `picks` name to the letter, whether or not any are left; or None."""
    if len(variants) == 1:
        return variants[0]
    wanted = list(picks[: len(names)])
    return next((variant for variant in variants if variant.option_values == wanted), None)


def _is_lost(option: Option, picks: Sequence[str]) -> bool:
    return option.picked is None and any(
        value.text == pick for value in option.values for pick in picks[option.position :][:1]
    )


def _lost(option: Option, picks: Sequence[str]) -> Lost:
    left = tuple(value.text for value in option.values if not value.sold_out)
    return Lost(option.name, picks[option.position], left)


def _option(
    pool: Sequence[Variant],
    *,
    position: int,
    name: str,
    pick: str,
    images: Sequence[ProductImage],
) -> Option:
    left: dict[str, int] = {}
    for variant in pool:
        text = variant.option_values[position]
        left[text] = left.get(text, 0) + available(variant)
    if not left.get(pick):
        pick = _instead(left, name=name, lost=pick in left)
    pictures = _pictures(pool, position=position, images=images)
    values = tuple(
        Value(text, text == pick, not count, pictures.get(text)) for text, count in left.items()
    )
    return Option(position, name, values, remembered=False)


def _instead(left: dict[str, int], *, name: str, lost: bool) -> str:
    """What stands for a value that was not picked or cannot be had; "" where nobody may guess."""
    if len(left) == 1:
        return next(iter(left))
    if lost or is_size(name):
        return ""
    return next((text for text, count in left.items() if count), "")


def _pictures(
    pool: Sequence[Variant], *, position: int, images: Sequence[ProductImage]
) -> dict[str, ProductImage]:
    """Value → picture, where the values of this option look different from each other."""
    of_variant = {image.variant_id: image for image in reversed(images) if image.variant_id}
    pictures: dict[str, ProductImage] = {}
    for variant in pool:
        if variant.pk in of_variant:
            pictures.setdefault(variant.option_values[position], of_variant[variant.pk])
    values = {variant.option_values[position] for variant in pool}
    different = {picture.pk for picture in pictures.values()}
    return pictures if len(different) == len(values) > 1 else {}
