"""How much is seeded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

# People who follow exactly so many others, for measurements; each where there are enough to follow.
BENCH_FOLLOWS = (10, 300, 3000)
# Of the e-mail addresses of seeded people.
DOMAIN = "seed.example"
PRODUCTS_OF_A_SHOP = 100
# At most this part of all people likes one post: the more, the longer one has to look for others.
LIKERS = 4
LEAST_PEOPLE = 20


class SizesRefused(ValueError):
    """Sizes that nothing can be made of; the message says why to a person."""


@dataclass(frozen=True)
class Sizes:
    """Rows to make. Shops come on top of `people`, one for about a hundred `products`."""

    people: int = 100_000
    posts: int = 1_000_000
    products: int = 50_000
    likes: int = 5_000_000

    def scaled(self, share: float) -> Sizes:
        """All of it times `share`; what is left of something is one at the least."""
        return replace(
            self, **{name: max(1, round(size * share)) for name, size in vars(self).items()}
        )

    def check(self) -> None:
        """Raises SizesRefused."""
        if self.people < LEAST_PEOPLE or min(self.posts, self.products) < 1 or self.likes < 0:
            raise SizesRefused(
                f"A site needs {LEAST_PEOPLE} people, a post and a product at the least."
            )
        if self.likes > self.posts * self.people // (4 * LIKERS):
            raise SizesRefused("So many likes are more than these people can give to these posts.")

    @property
    def shops(self) -> int:
        return max(1, self.products // PRODUCTS_OF_A_SHOP)

    @property
    def users(self) -> int:
        """People, and the shops behind them."""
        return self.people + self.shops

    @property
    def bench(self) -> tuple[int, ...]:
        """Whom of BENCH_FOLLOWS there are enough people for; they are the first people."""
        return tuple(follows for follows in BENCH_FOLLOWS if follows <= self.people - 10)


@dataclass(frozen=True)
class Seed:
    """All that decides what is written: the same seed gives the same rows, but for their keys.

    Nothing is younger than `until`.
    """

    sizes: Sizes
    number: int
    until: datetime

    def chance(self, part: str) -> Random:
        """The chance of one part of the work, which no other part's draws disturb."""
        return Random(f"{self.number}:{part}")  # noqa: S311  made-up rows, no secrets
