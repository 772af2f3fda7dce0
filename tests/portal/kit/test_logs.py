"""A failure is recorded with its stack, in production, in development and in the worker; values of variables never."""

import json
import logging

import pytest
import structlog
from celery.signals import setup_logging
from django.core.exceptions import PermissionDenied

from portal.celery import app
from portal.kit.logs import RefusalsWithoutStack, formatter

SECRET = "13812348000"


@pytest.fixture(params=[True, False], ids=["production", "development"])
def lines(request):
    """What is written meanwhile, and whether as JSON."""
    found: list[str] = []
    handler = logging.Handler()
    handler.setFormatter(formatter(json=request.param))
    handler.addFilter(RefusalsWithoutStack())
    handler.emit = lambda record: found.append(handler.format(record))
    logger = logging.getLogger("tests.lines")
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)
    formatter(json=False)


def crash() -> None:
    phone = SECRET  # noqa: F841 - must not reach the log
    raise RuntimeError("out of order")


@pytest.mark.parametrize("logger", [structlog.get_logger("tests.lines"), logging.getLogger("tests.lines")])
def test_a_crash_is_recorded_with_its_stack_and_without_values(lines, logger):
    try:
        crash()
    except RuntimeError:
        logger.exception("job_crashed")
    (line,) = lines
    text = json.loads(line)["exception"] if line.startswith("{") else line
    assert "in crash" in text
    assert "RuntimeError: out of order" in text
    assert SECRET not in line


@pytest.mark.parametrize(("status", "stack"), [(403, False), (404, False), (400, False), (500, True)])
def test_a_refusal_needs_no_stack(lines, status, stack):
    try:
        raise PermissionDenied
    except PermissionDenied as error:
        logging.getLogger("tests.lines").warning("told", exc_info=error, extra={"status_code": status})
    (line,) = lines
    assert ("Traceback" in line) is stack


def test_the_worker_logs_as_the_portal_does():
    assert setup_logging.send(sender=app), "somebody answers, so Celery sets up nothing of its own"


@pytest.mark.parametrize("logger", [structlog.get_logger("tests.lines"), logging.getLogger("tests.lines")])
def test_links_without_sign_in_lose_their_token(lines, logger):
    logger.warning(
        "Not Found: /d/GD20261121-000001.answer:s3cr3t:x/ of https://portal.example/d/s3cr3t?from=x"
    )
    assert ("s3cr3t" in lines[0], lines[0].count("/d/…")) == (False, 2)


def test_a_request_is_logged_without_its_token(lines):
    structlog.get_logger("tests.lines").warning("request_started", request="GET /d/s3cr3t/")
    assert "s3cr3t" not in lines[0]
