"""Gathers the features' tables, nothing else."""

from .booking.models import *  # noqa: F403
from .handbook.models import *  # noqa: F403
from .stations.models import *  # noqa: F403
