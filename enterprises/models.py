"""Gathers the features' tables, nothing else."""

from .activities.models import *  # noqa: F403
from .cobuilding.models import *  # noqa: F403
from .coverage.models import *  # noqa: F403
from .ledger.models import *  # noqa: F403
from .meetings.models import *  # noqa: F403
from .outreach.models import *  # noqa: F403
from .profile.models import *  # noqa: F403
from .projects.models import *  # noqa: F403
from .registry.models import *  # noqa: F403
