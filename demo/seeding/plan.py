"""Who says what to whom, before any of it is written: a post is written with its counts, so what
will be said of it has to be known. Some thirty bytes a post."""

from __future__ import annotations

from array import array

from demo.seeding.chance import Skewed, age, shares
from demo.seeding.sizes import LIKERS, Seed
from demo.seeding.users import Crowd

POST, REPLY, REPOST, QUOTE = range(4)
ACTS = ([POST] * 58) + ([REPLY] * 33) + ([REPOST] * 6) + ([QUOTE] * 3)
DELETED = 0.005
# Much is said of the newest posts, and of one in each so many.
HOT = 1000
NOWHERE = -1


class Plan:
    """Posts by number, the oldest first: `act`, `author` (a number of the crowd), `target` (what it
    answers, reposts or quotes, NOWHERE without), whether it is `deleted`, and the counts beside it."""

    def __init__(self, crowd: Crowd) -> None:
        self.seed: Seed = crowd.seed
        self.count = self.seed.sizes.posts
        self.until = self.seed.until.timestamp()
        self.chance = self.seed.chance("plan")
        self.act = bytearray(self.count)
        self.deleted = bytearray(self.count)
        self.author = array("I", Skewed(crowd.fame).some(self.chance, self.count))
        self.target = array("i", [NOWHERE]) * self.count
        self.replies = array("I", [0]) * self.count
        self.reposts = array("I", [0]) * self.count
        self.quotes = array("I", [0]) * self.count
        self._reposted: set[tuple[int, int]] = set()
        for number in range(self.count):
            self._decide(number)
        self._reposted.clear()
        self.likes = self._like()

    def at(self, number: int) -> float:
        """When it was posted, in seconds since 1970."""
        return self.until - age(number, self.count)

    def _decide(self, number: int) -> None:
        act = self.chance.choice(ACTS)
        target = self._target(number) if act != POST else NOWHERE
        if target == NOWHERE:
            act = POST
        if act == REPOST:
            mark = (self.author[number], target)
            if mark in self._reposted:
                act, target = POST, NOWHERE
            else:
                self._reposted.add(mark)
        self.act[number], self.target[number] = act, target
        if self.chance.random() < DELETED:
            self.deleted[number] = 1
        elif act != POST:
            counts = {REPLY: self.replies, REPOST: self.reposts, QUOTE: self.quotes}[act]
            counts[target] += 1

    def _target(self, number: int) -> int:
        """An earlier post that is there; of a repost, the original."""
        if self.chance.random() < 0.3:
            found = number - number % HOT - HOT // 2
        else:
            found = number - int(20 * self.chance.paretovariate(0.7))
        if found < 0:
            return NOWHERE
        if self.act[found] == REPOST:
            found = self.target[found]
        return NOWHERE if self.deleted[found] else found

    def _like(self) -> array[int]:
        """How often each is liked: most hardly, some by very many."""
        sizes = self.seed.sizes
        weights = array(
            "d",
            (
                0.0 if act == REPOST or gone else self.chance.paretovariate(1.1)
                for act, gone in zip(self.act, self.deleted, strict=True)
            ),
        )
        return shares(weights, total=sizes.likes, most=max(1, sizes.people // LIKERS))
