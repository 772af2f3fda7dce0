"""Joint meetings and what they resolved."""

from typing import Any

from ..models import JointMeeting, Resolution
from .words import local


def meeting_row(meeting: JointMeeting, handles: bool) -> dict[str, Any]:
    """A joint meeting. That it was called and held, with whom and what was resolved, is for everybody; why, its minutes
    and what departments said of absences and results for those who handle the demand."""
    return {
        "number": meeting.number,
        "state": meeting.state,
        "state_label": str(meeting.get_state_display()),
        "meets_at": local(meeting.meets_at),
        "held_at": local(meeting.held_at),
        "place": meeting.place,
        "reason": meeting.reason if handles else "",
        "minutes": meeting.minutes if handles else "",
        "attendance": [
            {
                "department": one.department.code,
                "department_name": one.department.name,
                "attended": one.attended,
                "absence": one.absence if handles else "",
            }
            for one in meeting.attendance.all()
        ],
        "resolutions": [resolution_row(one, handles) for one in meeting.resolutions.all()],
    }


def resolution_row(resolution: Resolution, handles: bool = True) -> dict[str, Any]:
    return {
        "id": resolution.pk,
        "text": resolution.text,
        "owner": resolution.owner.code,
        "owner_name": resolution.owner.name,
        "due_on": resolution.due_on.isoformat(),
        "state": resolution.state,
        "state_label": str(resolution.get_state_display()),
        "result": resolution.result if handles else "",
        "done_at": local(resolution.done_at),
        "version": resolution.version,
    }
