"""Log lines by structlog: JSON in production, readable in development. Personal fields are never logged."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

LINK = re.compile(r"(/d/)[^/\s?\"']+")
"""The part of an address that is a right by itself: who reads it in a log could answer in an enterprise's name."""


def without_links(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Takes the tokens of sign-in-free links (/d/<token>/) out of a log line."""
    for key, value in event.items():
        if isinstance(value, str) and "/d/" in value:
            event[key] = LINK.sub(r"\1…", value)
    return event


# An exception is its stack in plain text, in every format: the values of variables may be personal.
SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
    without_links,
]


class RefusalsWithoutStack(logging.Filter):
    """A request that was refused (403, 404, 400) is no fault of the portal's: its line needs no stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


def formatter(json: bool = False, **_kwargs) -> logging.Formatter:
    """The formatter of the console handler."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        foreign_pre_chain=SHARED,
    )
