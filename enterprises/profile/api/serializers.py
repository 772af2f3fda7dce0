"""What goes in and what comes out; input and output are apart."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chains.party.models import EstablishmentMode
from portal.kit.api import StrictSerializer

from ...registry.api.fields import CodeField
from ...registry.api.serializers import EnterpriseDetail, FigureRow, PlaceRow
from ...registry.rules import MAX_EMPLOYEES
from ..models import OrganizationForm, SurveyMethod
from ..rules import MAX_MEMBERS, PERSONAL_FIELDS, Freshness


@extend_schema_field(OpenApiTypes.STR)
class ModeField(serializers.Field):
    """An establishment mode by code or by its Chinese name, both unique; an empty text is "not asked"."""

    default_error_messages = {
        "unknown": _("没有代码或名称为“{value}”的组建方式。"),
        "invalid": _("应为代码或名称文本。"),
    }

    def to_internal_value(self, data) -> EstablishmentMode | None:
        if not isinstance(data, str) or not data.isprintable() or len(data) > 60:
            self.fail("invalid")
        if not data.strip():
            return None
        modes = EstablishmentMode.objects
        mode = modes.filter(code=data.strip()).first() or modes.filter(name=data.strip()).first()
        if mode is None:
            self.fail("unknown", value=data)
        return mode

    def to_representation(self, value) -> str:
        return value.code


def _members() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MAX_MEMBERS, required=False, allow_null=True)


def _text(length: int) -> serializers.CharField:
    return serializers.CharField(max_length=length, required=False, allow_blank=True, allow_null=True)


class SurveyInput(StrictSerializer):
    """A survey. What is absent or null was not asked and stays as known; an empty text clears.

    `organization` is a code or a name, `establishment_mode` a code or a name.
    """

    surveyed_on = serializers.DateField()
    method = CodeField(choices=SurveyMethod.choices)
    full_members = _members()
    probationary_members = _members()
    organization_form = CodeField(
        choices=OrganizationForm.choices, required=False, allow_null=True, allow_blank=True
    )
    establishment_mode = ModeField(required=False, allow_null=True)
    organization = _text(120)
    secretary_name = _text(40)
    secretary_phone = _text(30)
    contact_name = _text(40)
    contact_phone = _text(30)
    employees = serializers.IntegerField(
        min_value=0, max_value=MAX_EMPLOYEES, required=False, allow_null=True
    )
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ChangeRow(serializers.Serializer):
    field = serializers.CharField()
    label = serializers.CharField()
    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)
    old_label = serializers.CharField()
    new_label = serializers.CharField()


class SurveyRow(serializers.Serializer):
    """A survey as taken, and what it changed (personal values masked, or absent for who may not know them)."""

    id = serializers.IntegerField()
    surveyed_on = serializers.DateField()
    method = serializers.ChoiceField(choices=SurveyMethod.choices)
    method_label = serializers.CharField()
    full_members = serializers.IntegerField(allow_null=True)
    probationary_members = serializers.IntegerField(allow_null=True)
    organization_form = serializers.ChoiceField(choices=OrganizationForm.choices, allow_null=True)
    organization_form_label = serializers.CharField(allow_blank=True)
    organization = serializers.CharField(allow_blank=True)
    establishment_mode = serializers.CharField(allow_null=True)
    employees = serializers.IntegerField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    applied = serializers.BooleanField(help_text="False: older than the latest survey; the profile stays.")
    changes = ChangeRow(many=True)
    recorded_by = serializers.CharField(allow_blank=True)
    recorded_at = serializers.DateTimeField()


class SurveyPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = SurveyRow(many=True)
    count = serializers.IntegerField(required=False)


class NeighbourRow(serializers.Serializer):
    """A segment next to the place's own; a gap is one that nobody fills yet."""

    code = serializers.CharField()
    name = serializers.CharField()
    is_gap = serializers.BooleanField()


class LatestActivity(serializers.Serializer):
    number = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    title = serializers.CharField()
    held_on = serializers.DateField()


class PortraitOrganization(serializers.Serializer):
    """The organisation that covers the enterprise; the secretary is masked, absent for who may not know."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    parent = serializers.CharField(allow_null=True)
    parent_name = serializers.CharField(allow_null=True)
    status = serializers.CharField()
    status_label = serializers.CharField()
    set_up_on = serializers.DateField(allow_null=True)
    secretary_name = serializers.CharField(required=False)
    secretary_phone = serializers.CharField(required=False)
    activities = LatestActivity(many=True)


class PortraitInstructor(serializers.Serializer):
    """An instructor of the enterprise; `area`: posted to the area that it stands in."""

    code = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    area = serializers.CharField(allow_null=True)
    has_page = serializers.BooleanField(help_text="Whether the caller reads the instructor's own row.")
    may_ask = serializers.BooleanField()


class PortraitPoint(serializers.Serializer):
    code = serializers.CharField()
    taken_in_on = serializers.DateField()
    leader_title = serializers.CharField()
    last_visited_on = serializers.DateField(allow_null=True)
    due = serializers.BooleanField()


class PartyRow(serializers.Serializer):
    full_members = serializers.IntegerField()
    probationary_members = serializers.IntegerField()
    organization_form = serializers.ChoiceField(choices=OrganizationForm.choices)
    organization_form_label = serializers.CharField()
    organization = serializers.CharField(allow_blank=True)
    organization_code = serializers.CharField(allow_null=True)
    establishment_mode = serializers.CharField(allow_null=True)
    establishment_mode_name = serializers.CharField(allow_blank=True)
    surveyed_on = serializers.DateField(allow_null=True)
    survey_method = serializers.CharField(allow_blank=True)
    survey_method_label = serializers.CharField(allow_blank=True)
    freshness = serializers.ChoiceField(choices=Freshness.choices)
    freshness_label = serializers.CharField()
    secretary_name = serializers.CharField(required=False)
    secretary_phone = serializers.CharField(required=False)
    contact_name = serializers.CharField(required=False)
    contact_phone = serializers.CharField(required=False)
    organization_detail = PortraitOrganization(allow_null=True)
    standing = serializers.CharField(allow_null=True, help_text="Group of the should-establish rule.")
    standing_label = serializers.CharField(allow_blank=True)
    standing_reason = serializers.CharField(allow_blank=True)
    instructors = PortraitInstructor(many=True)
    liaison_point = PortraitPoint(allow_null=True)


class PortraitPlace(PlaceRow):
    started_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    upstream = NeighbourRow(many=True)
    downstream = NeighbourRow(many=True)


class Portrait(serializers.Serializer):
    """The portrait, panel by panel; later features fill `services` and `ledger`."""

    enterprise = EnterpriseDetail()
    figures = FigureRow(many=True)
    party = PartyRow()
    chains = PortraitPlace(many=True)
    services = serializers.DictField()
    ledger = serializers.DictField()
    history = SurveyRow(many=True)


class PersonalInput(StrictSerializer):
    """Which personal field is needed in full, and why."""

    field = serializers.ChoiceField(choices=PERSONAL_FIELDS)
    reason = serializers.CharField(min_length=2, max_length=200)


class PersonalValue(serializers.Serializer):
    field = serializers.CharField()
    value = serializers.CharField(allow_blank=True)
