"""What goes in and what comes out; input and output are apart."""

from rest_framework import serializers

from chains.industry.models import Chain, Segment
from portal.kit.api import StrictSerializer
from portal.territory.models import Area, Town

from ...profile.models import OrganizationForm, SurveyMethod
from ...profile.rules import Freshness
from ..actions.places import Place
from ..models import ChainMembership, Enterprise
from ..rules import MAX_EMPLOYEES, MAX_HONOURS
from .fields import ByCode, CodeField


class PlaceInput(StrictSerializer):
    """A place on a chain: the chain's code, the role, the segment's code."""

    code = ByCode(queryset=Chain.objects.all())
    role = CodeField(choices=ChainMembership.Role.choices, default=ChainMembership.Role.SUPPORTING)
    segment = ByCode(queryset=Segment.objects.all(), required=False, allow_null=True, default=None)


class EnterpriseInput(StrictSerializer):
    """What a clerk records. `kind` is 其他 when not given; `chains` and `honours` are the whole sets."""

    uscc = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=120)
    town = ByCode(queryset=Town.objects.select_related("district"))
    area = ByCode(queryset=Area.objects.all(), required=False, allow_null=True)
    kind = CodeField(choices=Enterprise.Kind.choices, default=Enterprise.Kind.OTHER)
    status = CodeField(choices=Enterprise.Status.choices, default=Enterprise.Status.ACTIVE)
    address = serializers.CharField(max_length=200, allow_blank=True, required=False)
    founded_on = serializers.DateField(allow_null=True, required=False)
    industry_code = serializers.CharField(max_length=4, allow_blank=True, required=False)
    employees = serializers.IntegerField(
        min_value=0, max_value=MAX_EMPLOYEES, allow_null=True, required=False
    )
    chains = PlaceInput(many=True, required=False)
    honours = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=MAX_HONOURS, required=False
    )

    def validate_chains(self, places: list[dict]) -> list[Place]:
        return [Place(chain=p["code"], role=p["role"], segment=p["segment"]) for p in places]


class EnterpriseChange(EnterpriseInput):
    """A change: `version` is the one that was read; only what is given changes. The USCC is fixed."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    kind = CodeField(choices=Enterprise.Kind.choices, required=False)
    status = CodeField(choices=Enterprise.Status.choices, required=False)

    def get_fields(self) -> dict:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "version"
        return fields


class FigureInput(StrictSerializer):
    """A yearly figure; `revenue` in yuan with two decimals."""

    year = serializers.IntegerField(min_value=1949, max_value=2100)
    employees = serializers.IntegerField(min_value=0, max_value=MAX_EMPLOYEES, required=False)
    revenue = serializers.DecimalField(max_digits=16, decimal_places=2, min_value=0, required=False)


class PlaceRow(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=ChainMembership.Role.choices)
    role_label = serializers.CharField()
    segment = serializers.CharField(allow_null=True)
    segment_name = serializers.CharField(allow_null=True)


class EnterpriseRow(serializers.Serializer):
    """A row of the list."""

    uscc = serializers.CharField()
    name = serializers.CharField()
    town = serializers.CharField(help_text="Town code.")
    town_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Enterprise.Kind.choices)
    kind_label = serializers.CharField()
    status = serializers.ChoiceField(choices=Enterprise.Status.choices)
    status_label = serializers.CharField()
    version = serializers.IntegerField()
    organization_form = serializers.ChoiceField(choices=OrganizationForm.choices)
    organization_form_label = serializers.CharField()
    full_members = serializers.IntegerField()
    probationary_members = serializers.IntegerField()
    surveyed_on = serializers.DateField(allow_null=True)
    freshness = serializers.ChoiceField(choices=Freshness.choices)
    freshness_label = serializers.CharField()
    chains = PlaceRow(many=True)
    employees = serializers.IntegerField(allow_null=True)
    industry_code = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    founded_on = serializers.DateField(allow_null=True)
    updated_at = serializers.DateTimeField()


class HonourRow(serializers.Serializer):
    name = serializers.CharField()
    awarded_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)


class FigureRow(serializers.Serializer):
    year = serializers.IntegerField()
    employees = serializers.IntegerField(allow_null=True)
    revenue = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)


class EnterpriseDetail(EnterpriseRow):
    """One enterprise. The four personal fields are masked, and absent for who may not know them."""

    district = serializers.CharField()
    area = serializers.CharField(allow_null=True, help_text="Code of the 商圈, 楼宇 or 园区.")
    area_name = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    organization = serializers.CharField(allow_blank=True)
    organization_code = serializers.CharField(allow_null=True)
    establishment_mode = serializers.CharField(allow_null=True)
    establishment_mode_name = serializers.CharField(allow_blank=True)
    survey_method = serializers.ChoiceField(choices=SurveyMethod.choices, allow_blank=True)
    honours = HonourRow(many=True)
    figures = FigureRow(many=True)
    secretary_name = serializers.CharField(required=False)
    secretary_phone = serializers.CharField(required=False)
    contact_name = serializers.CharField(required=False)
    contact_phone = serializers.CharField(required=False)


class EnterprisePage(serializers.Serializer):
    """A keyset page; `count` only with `?count=1`."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = EnterpriseRow(many=True)
    count = serializers.IntegerField(required=False)
