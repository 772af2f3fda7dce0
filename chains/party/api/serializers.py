"""What goes in and what comes out for organisations; input and output are apart."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.kit.api import StrictSerializer
from portal.kit.masking import mask_name, mask_phone
from portal.kit.text import clean_line
from portal.territory.models import Area, Town

from ...industry.models import Chain
from ..models import EstablishmentMode, GuidanceLink, OrganizationEvent, OrganizationKind, PartyOrganization
from ..queries import PERSONAL, sees_secretary
from ..rules import RESERVED_CODES, spellings


class KindRow(serializers.ModelSerializer):
    class Meta:
        model = OrganizationKind
        fields = ("code", "name", "is_formal")


class ModeRow(serializers.ModelSerializer):
    class Meta:
        model = EstablishmentMode
        fields = ("code", "name", "practice", "is_joint")


class OrganizationRow(serializers.ModelSerializer):
    """A row of the list: no personal field, not even masked."""

    kind = serializers.CharField(source="kind.code")
    kind_label = serializers.CharField(source="kind.name")
    establishment_mode = serializers.CharField(
        source="establishment_mode.code", default=None, allow_null=True
    )
    establishment_mode_label = serializers.CharField(
        source="establishment_mode.name", default=None, allow_null=True
    )
    town = serializers.CharField(source="town.code", default=None, allow_null=True)
    town_name = serializers.CharField(source="town.name", default=None, allow_null=True)
    chain = serializers.CharField(source="chain.code", default=None, allow_null=True)
    chain_name = serializers.CharField(source="chain.name", default=None, allow_null=True)
    area = serializers.CharField(source="area.code", default=None, allow_null=True)
    area_name = serializers.CharField(source="area.name", default=None, allow_null=True)
    parent = serializers.CharField(source="parent.code", default=None, allow_null=True)
    parent_name = serializers.CharField(source="parent.name", default=None, allow_null=True)
    status_label = serializers.CharField(source="get_status_display")

    class Meta:
        model = PartyOrganization
        fields = (
            "code", "name", "kind", "kind_label", "establishment_mode", "establishment_mode_label", "town", "town_name",
            "chain", "chain_name", "area", "area_name", "parent", "parent_name", "status", "status_label", "set_up_on",
            "ended_on", "version",
        )  # fmt: skip


class OrganizationDetail(OrganizationRow):
    """One organisation. The secretary is masked for those who may know, absent (null) for everyone else."""

    merged_into = serializers.CharField(source="merged_into.code", default=None, allow_null=True)
    secretary_name = serializers.SerializerMethodField()
    secretary_phone = serializers.SerializerMethodField()

    class Meta(OrganizationRow.Meta):
        fields = (
            *OrganizationRow.Meta.fields,
            "end_reason",
            "merged_into",
            "secretary_name",
            "secretary_phone",
        )

    def _may(self, row: PartyOrganization) -> bool:
        if not hasattr(row, "shows_secretary"):
            row.shows_secretary = sees_secretary(self.context["user"], row)
        return row.shows_secretary

    def get_secretary_name(self, row) -> str | None:
        return mask_name(row.secretary_name) if self._may(row) else None

    def get_secretary_phone(self, row) -> str | None:
        return mask_phone(row.secretary_phone) if self._may(row) else None


class ByCode(serializers.SlugRelatedField):
    """A row by its `code`; with `names`, also by any accepted spelling of its name."""

    default_error_messages = {
        "does_not_exist": _("没有代码为“{value}”的记录。"),
        "invalid": _("应为代码文本。"),
    }

    def __init__(self, *, names: bool = False, **kwargs):
        self.names = names
        super().__init__(slug_field="code", **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str) or len(data) > 60 or not data.isprintable():
            self.fail("invalid")
        if self.names:
            for row in self.get_queryset():
                if data in spellings(row.name):
                    return row
        return super().to_internal_value(data)


class OrganizationByCode(ByCode):
    """An organisation in the caller's scope by its code."""

    def __init__(self, **kwargs):
        super().__init__(queryset=PartyOrganization.objects.all(), **kwargs)

    def get_queryset(self):
        rows = PartyOrganization.objects.visible_to(self.context["request"].user)
        return rows.select_related("kind", "town", "area").defer(*PERSONAL)


class OrganizationInput(StrictSerializer):
    """A new organisation; `code` is for good."""

    code = serializers.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z",
        max_length=32,
        error_messages={"invalid": _("只能用字母、数字、下划线和连字符，以字母或数字开头。")},
    )
    name = serializers.CharField(max_length=120)
    kind = ByCode(queryset=OrganizationKind.objects.all(), names=True)
    establishment_mode = ByCode(
        queryset=EstablishmentMode.objects.all(), names=True, required=False, allow_null=True
    )
    town = ByCode(queryset=Town.objects.all(), required=False, allow_null=True)
    chain = ByCode(queryset=Chain.objects.all(), required=False, allow_null=True)
    area = ByCode(queryset=Area.objects.select_related("town"), required=False, allow_null=True)
    parent = OrganizationByCode(required=False, allow_null=True)
    set_up_on = serializers.DateField(required=False, allow_null=True)
    secretary_name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    secretary_phone = serializers.RegexField(
        r"^\+?[0-9][0-9() -]{4,28}[0-9]\Z",
        required=False,
        allow_blank=True,
        error_messages={"invalid": _("应为电话号码，例如 13812348000 或 021-57812345。")},
    )

    def validate_code(self, value: str) -> str:
        if value.lower() in RESERVED_CODES:
            raise serializers.ValidationError(_("“%(code)s”不能用作编号。") % {"code": value})
        return value

    def validate_name(self, value: str) -> str:
        if not (name := clean_line(value)):
            raise serializers.ValidationError(_("请填写党组织名称。"))
        return name

    def validate_secretary_name(self, value: str) -> str:
        return clean_line(value)


class OrganizationChange(OrganizationInput):
    """A change of an organisation that was read at `version`; only what is given changes.

    `changed_on`: the day of a new name or another parent, today when not given.
    """

    code = None
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    changed_on = serializers.DateField(required=False)

    def get_fields(self) -> dict:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "version"
        return fields


class EventRow(serializers.ModelSerializer):
    """One entry of the timeline; `other` is the organisation that it was moved under, merged into or that absorbed."""

    kind_label = serializers.CharField(source="get_kind_display")
    other = serializers.CharField(source="other.code", default=None, allow_null=True)
    other_name = serializers.CharField(source="other.name", default=None, allow_null=True)
    recorded_by = serializers.SerializerMethodField()

    class Meta:
        model = OrganizationEvent
        fields = (
            "kind", "kind_label", "happened_on", "old", "new", "other", "other_name", "note", "recorded_by", "recorded_at",
        )  # fmt: skip

    def get_recorded_by(self, row) -> str:
        return str(row.recorded_by) if row.recorded_by else ""


class OrganizationPersonalInput(StrictSerializer):
    """Which of the secretary's fields is needed in full, and why."""

    field = serializers.ChoiceField(choices=PERSONAL)
    reason = serializers.CharField(min_length=2, max_length=200)


class OrganizationPersonalValue(serializers.Serializer):
    field = serializers.CharField()
    value = serializers.CharField(allow_blank=True)


class GuidanceRow(serializers.ModelSerializer):
    """以大带小: which organisation guides which."""

    guide = serializers.CharField(source="guide.code")
    guide_name = serializers.CharField(source="guide.name")
    guided = serializers.CharField(source="guided.code")
    guided_name = serializers.CharField(source="guided.name")
    kind_label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = GuidanceLink
        fields = (
            "id", "guide", "guide_name", "guided", "guided_name", "kind", "kind_label", "started_on", "ended_on", "note",
            "version",
        )  # fmt: skip


class GuidanceInput(StrictSerializer):
    guide = OrganizationByCode()
    guided = OrganizationByCode()
    kind = serializers.ChoiceField(choices=GuidanceLink.Kind.choices)
    started_on = serializers.DateField()
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class GuidanceChange(StrictSerializer):
    """`ended_on` ends the link; an ended one stays as it is."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    ended_on = serializers.DateField(required=False)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)
