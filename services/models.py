"""Gathers the features' tables, nothing else."""

from .booking.models import *  # noqa: F403
from .courses.models import *  # noqa: F403
from .guides.models import *  # noqa: F403
from .handbook.models import *  # noqa: F403
from .policies.models import *  # noqa: F403
from .simplified.models import *  # noqa: F403
from .stations.models import *  # noqa: F403
from .visits.models import *  # noqa: F403
from .workorders.models import *  # noqa: F403
