"""The cast: a district with two towns, their enterprises, one person a role."""

from tests.enterprises.conftest import world  # noqa: F401
