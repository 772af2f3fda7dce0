"""Which texts of a demand may hold personal data, as (model, its path to the demand, its texts). Pure.

Contacts are emptied, files deleted, and in these texts names, phones, mails, identity and card numbers are masked; what
was asked and done stays, so that figures and similar cases hold. The search index follows the titles.
"""

TEXTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Demand", "pk", ("title", "body", "result", "comment", "dispatch_reason")),
    ("DemandStep", "demand", ("note",)),
    ("DemandPart", "demand", ("result", "leave_reason")),
    ("Extension", "demand", ("reason", "decision")),
    ("StaffNote", "demand", ("text",)),
    ("DemandLink", "demand", ("note",)),
    ("Callback", "demand", ("outcome",)),
    ("JointMeeting", "demand", ("place", "reason", "minutes")),
    ("MeetingAttendance", "meeting__demand", ("absence",)),
    ("Resolution", "meeting__demand", ("text", "result")),
)
