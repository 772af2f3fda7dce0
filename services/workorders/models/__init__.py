"""The tables of work orders."""

from .demands import (
    Demand,
    DemandAttachment,
    DemandLink,
    DemandPart,
    DemandQuerySet,
    DemandStep,
    Extension,
    StaffNote,
)
from .meetings import JointMeeting, MeetingAttendance, Resolution
from .replies import CannedReply
from .retention import RetentionRun
from .settings import DispatchRule, EscalationRule, HandlingTime, SavedFilter
from .watching import Callback, Escalation, PendingTelling

__all__ = [
    "Callback",
    "CannedReply",
    "Demand",
    "DemandAttachment",
    "DemandLink",
    "DemandPart",
    "DemandQuerySet",
    "DemandStep",
    "DispatchRule",
    "Escalation",
    "EscalationRule",
    "Extension",
    "HandlingTime",
    "JointMeeting",
    "MeetingAttendance",
    "PendingTelling",
    "Resolution",
    "RetentionRun",
    "SavedFilter",
    "StaffNote",
]
