"""Gathers the features' tables, nothing else."""

from .industry.models import *  # noqa: F403
from .party.models import *  # noqa: F403
