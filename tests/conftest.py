"""What every test stands on: real PostgreSQL and Valkey, started here when no address is given, and who runs what.

The settings module is named here and not in pyproject.toml: pytest-django would read it before the services run.
"""

import os
import tempfile
from pathlib import Path

import django
import hypothesis
import pytest

from portal.runtime.embedded import ensure_running, needed

# An own home below the temporary folder, never the developer's `var`.
os.environ.setdefault("PORTAL_HOME", str(Path(tempfile.gettempdir()) / f"portal-tests-{os.getuid()}"))
os.environ["DB_POOL"] = "0"  # a test database is dropped at the end: no idle connection may hold it
if needed():
    ensure_running(Path(os.environ["PORTAL_HOME"]).resolve(), fast=True)
# Playwright keeps an event loop in the test's thread, between browser tests too; nothing of ours runs in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from tests.browser.walked import Walked  # noqa: E402 - reads settings
from tests.schedule import BROWSER, WALKED, ByFile, by_weight  # noqa: E402

# The machine may be shared: how long an example takes says nothing about what it shows.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker) -> None:
    """pytest-django's hook before it creates the run's database: ours is a copy of the migrated template."""
    from django.db import connection
    from django.test import TransactionTestCase

    from tests.database import empty_written_tables, migrated_template

    TransactionTestCase._fixture_teardown = empty_written_tables

    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


# -- Several processes ---------------------------------------------------------------------------------------------
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    by_weight(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> ByFile:
    return ByFile(config, log, ready=lambda: config.stash[WALKED].serves())


def pytest_configure(config: pytest.Config) -> None:
    """Workers get to know the run's portal; it starts once somebody's collection asks for it."""
    told = getattr(config, "workerinput", {}).get("walked")
    config.stash[WALKED] = Walked.told(told) if told else Walked.planned()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["walked"] = node.config.stash[WALKED].tell()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node, ids: list[str]) -> None:
    if any(name.startswith(BROWSER) for name in ids):
        node.config.stash[WALKED].start()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Alone, without xdist."""
    alone = not hasattr(session.config, "workerinput") and not session.config.option.collectonly
    if alone and any(item.nodeid.startswith(BROWSER) for item in session.items):
        session.config.stash[WALKED].start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[WALKED].stop()
