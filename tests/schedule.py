"""Who runs what when several processes share the tests: a file stays together, and nobody waits for the walked portal.

What a file makes once (`scope="module"`) is then made once, not once a process. The files without a database go first:
meanwhile the migrated template and the portal for the browser come up.
"""

from collections.abc import Callable

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.browser.walked import Walked

WALKED = pytest.StashKey[Walked]()
BROWSER = "tests/browser/"
# Long ones first, so that none is left over at the end when the others have finished.
LONG = (
    "tests/test_scope.py",
    "tests/portal/demo/test_published_figures.py",
    "tests/portal/demo/test_load_demo.py",
    "tests/portal/dashboards/test_boards.py",
)


def by_weight(items: list[pytest.Item]) -> None:
    """Sorts the files: without database, long ones, the others; the tests of a file keep their order."""
    stored = {item.path for item in items if touches_database(item)}

    def rank(item: pytest.Item) -> tuple:
        name = item.nodeid.split("::")[0]
        return (
            name.startswith(BROWSER),
            item.path in stored,
            LONG.index(name) if name in LONG else len(LONG),
        )

    items.sort(key=rank)


def touches_database(item: pytest.Item) -> bool:
    """Whether the test asks pytest-django for rows."""
    fixtures = {"db", "transactional_db", "django_db_setup", "portal"}
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(item.fixturenames)


class ByFile(LoadScopeScheduling):
    """One file at a time to whoever is free. Once `ready` says that walks can begin one process walks; the others join
    it when nothing else is left.
    """

    def __init__(self, config: pytest.Config, log, ready: Callable[[], bool]):
        config.option.loadscopereorder = False  # the collected order is the wanted one
        super().__init__(config, log)
        self.ready = ready

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::")[0]

    def _assign_work_unit(self, node) -> None:
        walk = next((file for file in self.workqueue if file.startswith(BROWSER)), None)
        if walk and not self._somebody_walks(but=node) and self.ready():
            self.workqueue.move_to_end(walk, last=False)
        super()._assign_work_unit(node)

    def _somebody_walks(self, but) -> bool:
        return any(
            file.startswith(BROWSER) and not all(done.values())
            for node, files in self.assigned_work.items()
            if node is not but
            for file, done in files.items()
        )
