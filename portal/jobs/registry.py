"""Which function does which kind of job. Features register theirs in `tasks.py`, read when the app is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Job
    from .runner import JobRun


@dataclass(frozen=True)
class Handler:
    """`run` does the work and may be called again after a crash; `on_failure` tells the feature that it is over."""

    run: Callable[["JobRun"], None]
    on_failure: Callable[["Job"], None] | None = None


_handlers: dict[str, Handler] = {}


def handler(kind: str, *, on_failure: Callable[["Job"], None] | None = None):
    """Registers the decorated function as the worker of `kind`. It must be idempotent (F4)."""

    def register(function: Callable[["JobRun"], None]):
        _handlers[kind] = Handler(function, on_failure)
        return function

    return register


def handler_of(kind: str) -> Handler:
    """The handler of a kind. Raises LookupError for a kind that nobody registered."""
    return _handlers[kind]
