"""Many buyers at once for few pieces: who was in time, when, and what a reader saw meanwhile."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

AT_ONCE = 64
READERS_PAUSE = 0.1


@dataclass
class Rush:
    """What became of the buyers: seconds from the start at which each was sold a piece, told that he
    came too late, or told nothing of use; milliseconds of each page that a reader asked for."""

    sold: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    reader: list[float] = field(default_factory=list)

    @property
    def last_sale(self) -> float:
        """Seconds until the last piece had gone."""
        return max(self.sold)

    @property
    def late_rate(self) -> float:
        """Answers a second to those who came too late, from the last sale on."""
        after = [moment for moment in self.late if moment > self.last_sale]
        return len(after) / (max(after) - self.last_sale)

    @property
    def reader_p95(self) -> float:
        return p95(self.reader)


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def run(new_client: Callable[[], Callable[[int], bool]], *, buyers: int, read: Reader) -> Rush:
    """Let `buyers` buyers come, 64 at once, while one reader reads.

    `new_client` makes what buys for one thread: it takes a buyer's number, and says whether a piece was
    sold to them; what it raises is that buyer's failure.
    """
    rush, queue = Rush(), SimpleQueue[int]()
    for number in range(buyers):
        queue.put(number)
    over = threading.Event()
    start = time.monotonic()

    def work() -> None:
        buy = new_client()
        while True:
            try:
                number = queue.get_nowait()
            except Empty:
                return
            try:
                told = rush.sold if buy(number) else rush.late
            except Exception as error:
                rush.failed.append(f"{type(error).__name__}: {error}"[:300])
            else:
                told.append(time.monotonic() - start)

    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        reading = pool.submit(read_on, read, over, rush.reader)
        try:
            for done in [pool.submit(work) for _ in range(AT_ONCE)]:
                done.result()
        finally:
            over.set()
        reading.result()
    return rush


Reader = Callable[[], None]


def read_on(read: Reader, over: threading.Event, times: list[float]) -> None:
    """Read page after page, a tenth of a second apart, until it is over; milliseconds of each."""
    while not over.wait(READERS_PAUSE):
        began = time.perf_counter()
        read()
        times.append(1000 * (time.perf_counter() - began))


def quiet(read: Reader, *, pages: int) -> float:
    """The 95th percentile of so many pages while nobody buys, milliseconds."""
    times = []
    for _ in range(pages):
        began = time.perf_counter()
        read()
        times.append(1000 * (time.perf_counter() - began))
    return p95(times)
