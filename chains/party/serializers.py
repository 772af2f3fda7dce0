"""What goes in and what comes out for organisations; input and output are apart."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.kit.api import StrictSerializer
from portal.kit.masking import mask_name, mask_phone
from portal.kit.text import clean_line
from portal.territory.models import Town

from ..industry.models import Chain
from .models import EstablishmentMode, OrganizationKind, PartyOrganization
from .rules import can_see_secretary, spellings


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
    parent = serializers.CharField(source="parent.code", default=None, allow_null=True)
    parent_name = serializers.CharField(source="parent.name", default=None, allow_null=True)
    status_label = serializers.CharField(source="get_status_display")

    class Meta:
        model = PartyOrganization
        fields = (
            "code", "name", "kind", "kind_label", "establishment_mode", "establishment_mode_label", "town", "town_name",
            "chain", "chain_name", "parent", "parent_name", "status", "status_label", "set_up_on", "ended_on", "version",
        )  # fmt: skip


class OrganizationDetail(OrganizationRow):
    """One organisation. The secretary is masked for those who may know, absent (null) for everyone else."""

    secretary_name = serializers.SerializerMethodField()
    secretary_phone = serializers.SerializerMethodField()

    class Meta(OrganizationRow.Meta):
        fields = (*OrganizationRow.Meta.fields, "end_reason", "secretary_name", "secretary_phone")

    def _may(self, row: PartyOrganization) -> bool:
        return can_see_secretary(self.context["user"], town_id=row.town_id, district_id=row.district_id)

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
    parent = ByCode(
        queryset=PartyOrganization.objects.filter(status=PartyOrganization.Status.ACTIVE),
        required=False,
        allow_null=True,
    )
    set_up_on = serializers.DateField(required=False, allow_null=True)
    secretary_name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    secretary_phone = serializers.RegexField(
        r"^\+?[0-9][0-9() -]{4,28}[0-9]\Z",
        required=False,
        allow_blank=True,
        error_messages={"invalid": _("应为电话号码，例如 13812348000 或 021-57812345。")},
    )

    def validate_name(self, value: str) -> str:
        if not (name := clean_line(value)):
            raise serializers.ValidationError(_("请填写党组织名称。"))
        return name

    def validate_secretary_name(self, value: str) -> str:
        return clean_line(value)


class OrganizationChange(OrganizationInput):
    """A change of an organisation that was read at `version`; only what is given changes."""

    code = None
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)

    def get_fields(self) -> dict:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "version"
        return fields
