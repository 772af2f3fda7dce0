"""What goes in and what comes out; input and output are apart."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.kit.api import StrictSerializer
from portal.territory.models import Area, Town

from ...registry.api.fields import ByCode, CodeField
from ..actions.assignments import MAX_TARGETS
from ..models import Instructor
from ..rules import PERSONAL_FIELDS

CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z"
VERSION = {"min_value": 1, "max_value": 2**31 - 1}


class InstructorInput(StrictSerializer):
    """A new instructor; `code` is for good. The name comes back masked."""

    code = serializers.RegexField(
        CODE,
        max_length=32,
        error_messages={"invalid": _("只能用字母、数字、下划线和连字符，以字母或数字开头。")},
    )
    town = ByCode(queryset=Town.objects.select_related("district"))
    name = serializers.CharField(max_length=40)
    phone = serializers.CharField(max_length=30, allow_blank=True, required=False, default="")
    kind = CodeField(choices=Instructor.Kind.choices, default=Instructor.Kind.INSTRUCTOR)
    unit = serializers.CharField(max_length=60, allow_blank=True, required=False, default="")
    started_on = serializers.DateField()


class InstructorChange(StrictSerializer):
    """A change: `version` is the one that was read; only what is given changes."""

    version = serializers.IntegerField(**VERSION)
    name = serializers.CharField(max_length=40, required=False)
    phone = serializers.CharField(max_length=30, allow_blank=True, required=False)
    kind = CodeField(choices=Instructor.Kind.choices, required=False)
    unit = serializers.CharField(max_length=60, allow_blank=True, required=False)
    started_on = serializers.DateField(required=False)


class InstructorRetirement(StrictSerializer):
    version = serializers.IntegerField(**VERSION)
    ended_on = serializers.DateField()
    reason = serializers.CharField(max_length=200)


class AssignInput(StrictSerializer):
    """Whom the instructor is posted to: USCCs and codes of areas. Where they stand already, nothing changes."""

    enterprises = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=MAX_TARGETS, required=False, default=list
    )
    areas = serializers.ListField(
        child=ByCode(queryset=Area.objects.all()), max_length=MAX_TARGETS, required=False, default=list
    )
    started_on = serializers.DateField()


class AssignmentEnd(StrictSerializer):
    """The end of a posting. `version` may be given; a posting that has ended is 409 either way."""

    ended_on = serializers.DateField()
    reason = serializers.CharField(max_length=200)
    version = serializers.IntegerField(required=False, **VERSION)


class HandOverTarget(StrictSerializer):
    """One posting (`assignment`, its id) or one liaison point (`liaison_point`, its code), and who takes it."""

    assignment = serializers.IntegerField(min_value=1, required=False)
    liaison_point = serializers.CharField(max_length=32, required=False)
    to = serializers.CharField(max_length=32, required=False)

    def validate(self, given: dict) -> dict:
        if ("assignment" in given) == ("liaison_point" in given):
            raise serializers.ValidationError(_("请填写 assignment 或 liaison_point 中的一项。"))
        return given


class HandOverInput(StrictSerializer):
    """All that is open goes to `to`; with `targets` only those go, each to its own `to` or else to the common one."""

    to = serializers.CharField(max_length=32, required=False)
    targets = HandOverTarget(many=True, required=False)
    ended_on = serializers.DateField()
    reason = serializers.CharField(max_length=200)
    retire = serializers.BooleanField(default=False)


class LiaisonPointInput(StrictSerializer):
    """An enterprise taken in as a liaison point; the code is given by the portal."""

    uscc = serializers.CharField(max_length=40)
    taken_in_on = serializers.DateField()
    leader_title = serializers.CharField(max_length=60)
    leader_name = serializers.CharField(max_length=40)
    instructor = serializers.CharField(max_length=32, required=False, allow_null=True)


class LiaisonPointChange(StrictSerializer):
    version = serializers.IntegerField(**VERSION)
    leader_title = serializers.CharField(max_length=60, required=False)
    leader_name = serializers.CharField(max_length=40, required=False)
    instructor = serializers.CharField(max_length=32, required=False, allow_null=True)


class LiaisonPointRelease(StrictSerializer):
    version = serializers.IntegerField(**VERSION)
    released_on = serializers.DateField()
    reason = serializers.CharField(max_length=200)


class LiaisonVisitInput(StrictSerializer):
    visited_on = serializers.DateField()
    content = serializers.CharField(max_length=500)


class InstructorPersonalInput(StrictSerializer):
    """Which personal field is needed in full, and why."""

    field = serializers.ChoiceField(choices=PERSONAL_FIELDS)
    reason = serializers.CharField(min_length=2, max_length=200)


class LeaderPersonalInput(StrictSerializer):
    """Why the name of the leader in charge is needed in full."""

    field = serializers.ChoiceField(choices=["leader_name"], default="leader_name")
    reason = serializers.CharField(min_length=2, max_length=200)


class OutreachPersonalValue(serializers.Serializer):
    field = serializers.CharField()
    value = serializers.CharField(allow_blank=True)


class InstructorRow(serializers.Serializer):
    """An instructor with the load. Name and phone are masked, and null for who may not know them."""

    code = serializers.CharField()
    town = serializers.CharField()
    town_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Instructor.Kind.choices)
    kind_label = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    unit = serializers.CharField(allow_blank=True)
    started_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField(allow_blank=True)
    active = serializers.BooleanField()
    enterprises = serializers.IntegerField(help_text="Open postings to enterprises.")
    areas = serializers.IntegerField(help_text="Open postings to areas.")
    liaison_points = serializers.IntegerField()
    due_visits = serializers.IntegerField()
    load = serializers.IntegerField(help_text="Enterprises, areas and liaison points.")
    version = serializers.IntegerField()


class AssignmentRow(serializers.Serializer):
    id = serializers.IntegerField()
    instructor = serializers.CharField()
    instructor_name = serializers.CharField(allow_null=True)
    enterprise = serializers.CharField(allow_null=True)
    enterprise_name = serializers.CharField(allow_null=True)
    area = serializers.CharField(allow_null=True)
    area_name = serializers.CharField(allow_null=True)
    area_kind = serializers.ChoiceField(choices=Area.Kind.choices, allow_null=True)
    area_kind_label = serializers.CharField(allow_null=True)
    town = serializers.CharField()
    town_name = serializers.CharField()
    started_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField(allow_blank=True)
    active = serializers.BooleanField()
    version = serializers.IntegerField()


class AssignResult(serializers.Serializer):
    added = serializers.IntegerField()
    results = AssignmentRow(many=True)


class HandOverResult(serializers.Serializer):
    """What went to others; `ended`: postings that ended because the enterprise or area is gone."""

    postings = serializers.IntegerField()
    ended = serializers.IntegerField()
    liaison_points = serializers.IntegerField()
    instructor = InstructorRow()


class LiaisonPointRow(serializers.Serializer):
    code = serializers.CharField()
    enterprise = serializers.CharField(help_text="USCC.")
    enterprise_name = serializers.CharField()
    town = serializers.CharField()
    town_name = serializers.CharField()
    taken_in_on = serializers.DateField()
    leader_title = serializers.CharField()
    leader_name = serializers.CharField(allow_null=True)
    instructor = serializers.CharField(allow_null=True)
    instructor_name = serializers.CharField(allow_null=True)
    last_visited_on = serializers.DateField(allow_null=True)
    days_since = serializers.IntegerField(help_text="Since the last visit or the taking in.")
    due = serializers.BooleanField()
    released_on = serializers.DateField(allow_null=True)
    release_reason = serializers.CharField(allow_blank=True)
    active = serializers.BooleanField()
    version = serializers.IntegerField()


class LiaisonVisitRow(serializers.Serializer):
    id = serializers.IntegerField()
    visited_on = serializers.DateField()
    content = serializers.CharField()
    recorded_by = serializers.CharField(allow_blank=True)
    recorded_at = serializers.DateTimeField()
