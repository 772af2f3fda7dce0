"""What goes in and what comes out of the industry map; input and output are apart."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.kit.api import StrictSerializer
from portal.kit.text import clean_line, clean_text
from portal.territory.models import Department, Town

from ..models import Chain, ChainPlan, PlanMilestone, Segment
from ..rules import RESERVED_CODES, entries

PLAIN_CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z"
CODE_HINT = _("只能用字母、数字、下划线和连字符，以字母或数字开头。")
MAX_VERSION = 2**31 - 1


class SegmentRow(serializers.ModelSerializer):
    stage_label = serializers.CharField(source="get_stage_display")
    members = serializers.IntegerField(help_text="Enterprises in the caller's scope that stand here today.")
    targets = serializers.SerializerMethodField(help_text="Codes of the segments that its arrows lead to.")

    class Meta:
        model = Segment
        fields = (
            "code", "name", "stage", "stage_label", "position", "is_gap", "gap_note", "closed_on", "members",
            "targets", "version",
        )  # fmt: skip

    def get_targets(self, segment) -> list[str]:
        return [arrow.target.code for arrow in segment.arrows]


class ChainRow(serializers.ModelSerializer):
    lead_town = serializers.CharField(source="lead_town.code", default=None, allow_null=True)
    lead_town_name = serializers.CharField(source="lead_town.name", default=None, allow_null=True)
    members = serializers.IntegerField(help_text="Enterprises in the caller's scope that stand on it today.")
    gaps = serializers.IntegerField(help_text="Missing segments (缺失环节).")

    class Meta:
        model = Chain
        fields = ("code", "name", "lead_town", "lead_town_name", "description", "members", "gaps", "version")


class ChainDetail(ChainRow):
    segments = SegmentRow(many=True, source="listed_segments")

    class Meta(ChainRow.Meta):
        fields = (*ChainRow.Meta.fields, "segments")


class ByCode(serializers.SlugRelatedField):
    """A reference row by its code."""

    default_error_messages = {
        "does_not_exist": _("没有代码为“{value}”的记录。"),
        "invalid": _("应为代码文本。"),
    }

    def __init__(self, **kwargs):
        super().__init__(slug_field="code", **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str) or len(data) > 40 or not data.isprintable():
            self.fail("invalid")
        return super().to_internal_value(data)


class LineField(serializers.CharField):
    """One line of visible text; what is left after cleaning must not be empty unless `allow_blank`."""

    def to_internal_value(self, data):
        line = clean_line(super().to_internal_value(data))
        if not line and not self.allow_blank:
            self.fail("blank")
        return line


class NewCode(serializers.RegexField):
    """The code of a new row: plain, and no word that an address of the pages has taken."""

    def __init__(self, **kwargs):
        super().__init__(PLAIN_CODE, error_messages={"invalid": CODE_HINT}, **kwargs)

    def to_internal_value(self, data):
        code = super().to_internal_value(data)
        if code in RESERVED_CODES:
            raise serializers.ValidationError(_("“%(code)s”是保留字，请换一个代码。") % {"code": code})
        return code


class ChainInput(StrictSerializer):
    """A new chain. `code` is for good: other rows refer to it."""

    code = NewCode(max_length=32)
    name = LineField(max_length=60)
    lead_town = ByCode(queryset=Town.objects.select_related("district"), required=False, allow_null=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)

    def validate_description(self, value: str) -> str:
        return clean_text(value)


class ChainChange(ChainInput):
    """A change of a chain that was read at `version`."""

    code = None
    name = LineField(max_length=60, required=False)
    version = serializers.IntegerField(min_value=1, max_value=MAX_VERSION)


class SegmentInput(StrictSerializer):
    """A new segment. Without `code` the chain's code is numbered on; without `position` it ends its stage."""

    code = NewCode(max_length=40, required=False)
    name = LineField(max_length=60)
    stage = serializers.ChoiceField(choices=Segment.Stage.choices)
    position = serializers.IntegerField(
        min_value=1,
        max_value=10_000,
        required=False,
        help_text="Place in the chain, from 1, within its stage.",
    )
    is_gap = serializers.BooleanField(required=False)
    gap_note = LineField(max_length=200, required=False, allow_blank=True)
    targets = serializers.ListField(
        child=ByCode(queryset=Segment.objects.all()),
        max_length=200,
        required=False,
        help_text="Codes of all segments that its arrows lead to.",
    )


class SegmentChange(SegmentInput):
    """A change of a segment that was read at `version`; only what is given changes."""

    code = None
    name = LineField(max_length=60, required=False)
    stage = serializers.ChoiceField(choices=Segment.Stage.choices, required=False)
    closed = serializers.BooleanField(
        required=False,
        help_text="true takes the segment out of use, false back into use; nothing else beside it.",
    )
    version = serializers.IntegerField(min_value=1, max_value=MAX_VERSION)


class LinkRow(serializers.Serializer):
    """An arrow, by segment codes."""

    source = serializers.CharField(source="source.code")
    target = serializers.CharField(source="target.code")


class LinkInput(StrictSerializer):
    source = ByCode(queryset=Segment.objects.select_related("chain"))
    target = ByCode(queryset=Segment.objects.select_related("chain"))


class EntriesField(serializers.ListField):
    """A list of lines, stored one a line."""

    child = LineField(max_length=300)

    def to_representation(self, data):
        return entries(data)

    def to_internal_value(self, data):
        text = "\n".join(super().to_internal_value(data))
        if len(text) > 4000:
            raise serializers.ValidationError(_("合计不能超过 4000 字。"))
        return text


class MilestoneRow(serializers.ModelSerializer):
    lead_department = serializers.CharField(source="lead_department.code", default=None, allow_null=True)
    lead_department_name = serializers.CharField(source="lead_department.name", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=["overdue", "soon", "open", "done"])

    class Meta:
        model = PlanMilestone
        fields = (
            "id", "title", "lead_department", "lead_department_name", "due_on", "progress", "done_on", "note",
            "state", "version",
        )  # fmt: skip


class MilestoneInput(StrictSerializer):
    """A milestone; `progress` in percent, 100 without `done_on` is done today."""

    title = LineField(max_length=120)
    due_on = serializers.DateField()
    lead_department = ByCode(queryset=Department.objects.all(), required=False, allow_null=True)
    progress = serializers.IntegerField(min_value=0, max_value=100, required=False)
    done_on = serializers.DateField(required=False, allow_null=True)
    note = LineField(max_length=300, required=False, allow_blank=True)


class MilestoneChange(MilestoneInput):
    """A change of a milestone that was read at `version`; only what is given changes."""

    title = LineField(max_length=120, required=False)
    due_on = serializers.DateField(required=False)
    version = serializers.IntegerField(min_value=1, max_value=MAX_VERSION)


class PlanRow(serializers.ModelSerializer):
    goals = EntriesField()
    paths = EntriesField()
    measures = EntriesField()
    milestones = MilestoneRow(many=True, source="listed_milestones")

    class Meta:
        model = ChainPlan
        fields = ("title", "goals", "paths", "measures", "starts_on", "ends_on", "version", "milestones")


class PlanInput(StrictSerializer):
    """A chain's plan, whole. `version` is the one that was read; 0 or none when there is no plan yet."""

    title = LineField(max_length=120)
    goals = EntriesField(max_length=50, required=False)
    paths = EntriesField(max_length=50, required=False)
    measures = EntriesField(max_length=50, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    version = serializers.IntegerField(min_value=0, max_value=MAX_VERSION, default=0)
