"""Gathers the features' tables, nothing else."""

from .alliances.models import *  # noqa: F403
from .industry.models import *  # noqa: F403
from .party.models import *  # noqa: F403
