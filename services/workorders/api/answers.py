"""What goes out, for the description of the interface; `rows.py` fills it."""

from rest_framework import serializers

from ..models import Demand
from ..rules import states


class UsccName(serializers.Serializer):
    uscc = serializers.CharField()
    name = serializers.CharField()


class CodeName(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class DemandAccepted(serializers.Serializer):
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=states.Status.choices)
    status_label = serializers.CharField()
    stage = serializers.ChoiceField(choices=states.Stage.choices)
    title = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class DemandRow(serializers.Serializer):
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=states.Status.choices)
    status_label = serializers.CharField()
    stage = serializers.ChoiceField(choices=states.Stage.choices)
    stage_label = serializers.CharField()
    title = serializers.CharField()
    element = serializers.CharField()
    element_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Demand.Kind.choices)
    kind_label = serializers.CharField()
    urgency = serializers.ChoiceField(choices=Demand.Urgency.choices)
    urgency_label = serializers.CharField()
    source = serializers.ChoiceField(choices=Demand.Source.choices)
    source_label = serializers.CharField()
    enterprise = UsccName(allow_null=True)
    project = CodeName(allow_null=True)
    town = serializers.CharField()
    town_name = serializers.CharField()
    chain = serializers.CharField(allow_null=True)
    chain_name = serializers.CharField(allow_blank=True)
    lead = serializers.CharField(allow_null=True)
    lead_name = serializers.CharField(allow_blank=True)
    clock = serializers.ChoiceField(choices=Demand.Clock.choices, allow_blank=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Of the clock that runs now.")
    handle_due_at = serializers.DateTimeField(allow_null=True, help_text="The promise to the enterprise.")
    light = serializers.ChoiceField(choices=["green", "yellow", "red"], allow_blank=True)
    overdue = serializers.BooleanField()
    waiting_since = serializers.DateTimeField(allow_null=True, help_text="The enterprise was asked.")
    satisfied = serializers.BooleanField(allow_null=True)
    score = serializers.IntegerField(allow_null=True)
    returns = serializers.IntegerField()
    reopenings = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class DemandPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = DemandRow(many=True)
    count = serializers.IntegerField(required=False)


class DemandMoved(DemandAccepted):
    lead = serializers.CharField(allow_null=True)
    clock = serializers.ChoiceField(choices=Demand.Clock.choices, allow_blank=True)
    handle_due_at = serializers.DateTimeField(allow_null=True)
    light = serializers.ChoiceField(choices=["green", "yellow", "red"], allow_blank=True)
    waiting_since = serializers.DateTimeField(allow_null=True)
    satisfied = serializers.BooleanField(allow_null=True)
    score = serializers.IntegerField(allow_null=True)


class DemandPartRow(serializers.Serializer):
    department = serializers.CharField()
    department_name = serializers.CharField()
    role = serializers.CharField()
    role_label = serializers.CharField()
    given_at = serializers.DateTimeField()
    sign_due_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    own_due = serializers.BooleanField(
        help_text="Whether the deadline is the department's own, not the lead's."
    )
    light = serializers.ChoiceField(choices=["green", "yellow", "red"], allow_blank=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    result = serializers.CharField(allow_blank=True)
    left_at = serializers.DateTimeField(allow_null=True)
    signed_by = serializers.CharField(required=False)
    leave_reason = serializers.CharField(required=False)


class DemandStepRow(serializers.Serializer):
    move = serializers.CharField()
    label = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField()
    after_label = serializers.CharField()
    actor = serializers.CharField(allow_blank=True)
    actor_label = serializers.CharField(allow_blank=True)
    department = serializers.CharField(allow_null=True)
    department_name = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    internal = serializers.BooleanField()
    by = serializers.CharField(allow_blank=True, help_text="Empty for who does not handle it.")
    at = serializers.DateTimeField()


class ExtensionRow(serializers.Serializer):
    until = serializers.DateTimeField()
    before = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True, help_text="Empty for who does not handle it.")
    state = serializers.CharField()
    state_label = serializers.CharField()
    asked_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.CharField(allow_blank=True)


class DemandAttendanceRow(serializers.Serializer):
    department = serializers.CharField()
    department_name = serializers.CharField()
    attended = serializers.BooleanField(allow_null=True)
    absence = serializers.CharField(allow_blank=True, help_text="Empty for who does not handle it.")


class DemandTaskRow(serializers.Serializer):
    id = serializers.IntegerField()
    text = serializers.CharField()
    owner = serializers.CharField()
    owner_name = serializers.CharField()
    due_on = serializers.DateField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    result = serializers.CharField(allow_blank=True)
    done_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class DemandMeetingRow(serializers.Serializer):
    number = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    meets_at = serializers.DateTimeField()
    held_at = serializers.DateTimeField(allow_null=True)
    place = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True, help_text="Empty for who does not handle it.")
    minutes = serializers.CharField(allow_blank=True, help_text="Empty for who does not handle it.")
    attendance = DemandAttendanceRow(many=True)
    resolutions = DemandTaskRow(many=True)


class MeetingRow(DemandMeetingRow):
    demand = serializers.CharField(help_text="Number.")
    title = serializers.CharField()


class MeetingPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = MeetingRow(many=True)
    count = serializers.IntegerField(required=False)


class DemandAttachmentRow(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    uploaded_by = serializers.CharField(
        allow_blank=True, help_text="The person; for who does not handle it the side or department."
    )
    uploaded_at = serializers.DateTimeField()


class DemandLinkRow(serializers.Serializer):
    number = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()
    note = serializers.CharField(allow_blank=True)


class StaffNoteRow(serializers.Serializer):
    id = serializers.IntegerField()
    text = serializers.CharField()
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class MergedRow(serializers.Serializer):
    status = serializers.ChoiceField(choices=states.Status.choices)
    status_label = serializers.CharField()
    stage = serializers.ChoiceField(choices=states.Stage.choices)
    stage_label = serializers.CharField()


class DemandDetail(DemandRow):
    body = serializers.CharField(allow_blank=True)
    dispatch_reason = serializers.CharField(allow_blank=True)
    result = serializers.CharField(allow_blank=True)
    comment = serializers.CharField(allow_blank=True)
    withdrawn = serializers.BooleanField()
    merged_into = serializers.CharField(allow_null=True, help_text="Null for who does not see that demand.")
    merged = MergedRow(allow_null=True, help_text="How the demand stands with which it is handled together.")
    visit = serializers.CharField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    dispatched_at = serializers.DateTimeField(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    signed_in_time = serializers.BooleanField(allow_null=True)
    resolved_in_time = serializers.BooleanField(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    warn_at = serializers.DateTimeField(allow_null=True)
    contact_name = serializers.CharField(required=False, help_text="Masked; absent for leaders.")
    contact_phone = serializers.CharField(required=False, help_text="Masked; absent for leaders.")
    open_moves = serializers.ListField(child=serializers.CharField(), help_text="Open to the reader now.")
    parts = DemandPartRow(many=True)
    timeline = DemandStepRow(many=True)
    extensions = ExtensionRow(many=True)
    meetings = DemandMeetingRow(many=True)
    attachments = DemandAttachmentRow(many=True)
    links = DemandLinkRow(many=True)
    absorbed = serializers.ListField(child=serializers.CharField())
    notes = StaffNoteRow(many=True, required=False, help_text="For those who handle it.")


class SimilarRow(serializers.Serializer):
    number = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()
    status_label = serializers.CharField()
    enterprise = serializers.CharField(allow_blank=True)
    town = serializers.CharField()
    created_at = serializers.DateTimeField()
    likeness = serializers.FloatField(help_text="0–1")


class DispatchedRow(serializers.Serializer):
    number = serializers.CharField()
    dispatched = serializers.BooleanField()
    problem = serializers.CharField(allow_blank=True)


class DemandPersonalAnswer(serializers.Serializer):
    field = serializers.CharField()
    value = serializers.CharField(allow_blank=True)


class CallbackRow(serializers.Serializer):
    id = serializers.IntegerField()
    demand = serializers.CharField()
    title = serializers.CharField()
    reason = serializers.CharField()
    reason_label = serializers.CharField()
    opened_at = serializers.DateTimeField()
    outcome = serializers.CharField(allow_blank=True)
    satisfied = serializers.BooleanField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class CallbackPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = CallbackRow(many=True)
    count = serializers.IntegerField(required=False)
