"""Gathers the features' tables, nothing else."""

from .profile.models import *  # noqa: F403
from .registry.models import *  # noqa: F403
