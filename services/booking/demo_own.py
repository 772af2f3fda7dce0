"""What the demo's two enterprises have booked themselves: in most states, one to rate, one offered, some to come."""

from .demo_fates import Stage
from .demo_sessions import Ground


def load(stage: Stage, ground: Ground) -> None:
    return
