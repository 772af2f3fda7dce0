"""Produces in a thread what the caller consumes: parsing and the database work at the same time."""

import contextlib
import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
DEPTH = 2  # items waiting at most: memory stays bounded
END = object()


@contextlib.contextmanager
def read_ahead(items: Iterable[Item]) -> Iterator[Iterator[Item]]:
    """The same items in the same order; what `items` raises is raised to the consumer in its place.

    On leaving, also by an exception, the thread is told to stop and waited for. `items` must not use the database:
    connections belong to their thread.
    """
    waiting: queue.Queue = queue.Queue(DEPTH)
    stopped = threading.Event()

    def put(item: object) -> None:
        while not stopped.is_set():
            with contextlib.suppress(queue.Full):
                waiting.put(item, timeout=0.2)
                return

    def produce() -> None:
        try:
            for item in items:
                put((item, None))
                if stopped.is_set():
                    return
        except BaseException as error:
            put((None, error))
        else:
            put(END)

    def consume() -> Iterator[Item]:
        while (entry := waiting.get()) is not END:
            item, error = entry
            if error is not None:
                raise error
            yield item

    thread = threading.Thread(target=produce, name="read-ahead", daemon=True)
    thread.start()
    try:
        yield consume()
    finally:
        stopped.set()
        thread.join()
