"""What comes in: strict, one shape for each thing that a person does."""

import base64
import binascii
from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from enterprises.registry.api.fields import ByCode, CodeField
from portal.kit.api import StrictSerializer
from portal.kit.prepared import Prepared
from portal.territory.models import Department, ServiceElement

from ..models import Demand


@extend_schema_field(OpenApiTypes.BINARY)
class FileField(serializers.Field):
    """A file of a form; in JSON `{name, content}` with the content in base64."""

    default_error_messages = {"invalid": _("附件应为上传的文件，或含 name 和 content（base64）的对象。")}

    def to_internal_value(self, data) -> UploadedFile:
        if isinstance(data, UploadedFile):
            return data
        if not isinstance(data, dict) or set(data) != {"name", "content"}:
            self.fail("invalid")
        name, content = data["name"], data["content"]
        if not isinstance(name, str) or not isinstance(content, str) or not name.strip():
            self.fail("invalid")
        try:
            return SimpleUploadedFile(name[-200:], base64.b64decode(content, validate=True))
        except (binascii.Error, ValueError):
            self.fail("invalid")

    def to_representation(self, value):
        return str(value)


class DayOrMoment(serializers.Field):
    """2026-11-21 (to the end of its working hours), or a moment in ISO 8601."""

    default_error_messages = {"invalid": _("应为日期（2026-01-31）或时间（2026-01-31T17:30:00+08:00）。")}

    def to_internal_value(self, data) -> date | datetime:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            found = parse_date(data) if len(data) == 10 else parse_datetime(data)
        except ValueError:
            found = None
        if found is None or not 2000 <= found.year <= 2100:
            self.fail("invalid")
        return found

    def to_representation(self, value):
        return value.isoformat()


class Moment(serializers.DateTimeField):
    """A moment; one that no clock here shows (year 1) is a broken value."""

    def enforce_timezone(self, value: datetime) -> datetime:
        try:
            return super().enforce_timezone(value)
        except OverflowError:
            self.fail("overflow")


_COLUMNS = [field.column for field in Department._meta.concrete_fields]
_DEPARTMENT = Prepared(
    "workorders_department",
    f"SELECT {', '.join(_COLUMNS)} FROM {Department._meta.db_table} WHERE code = %(code)s",  # noqa: S608 - its own
    {"code": "text"},
)


class DepartmentField(ByCode):
    """A department by its code. Moves name several: each is read by one prepared statement."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Department.objects.all(), **kwargs)

    def to_internal_value(self, data) -> Department:
        if not isinstance(data, str) or not data.isprintable() or len(data) > 60:
            self.fail("invalid")
        rows = _DEPARTMENT.rows(code=data.strip())
        if not rows:
            self.fail("does_not_exist", value=data)
        return Department(*rows[0])


def departments(**options) -> serializers.ListField:
    child = DepartmentField()
    return serializers.ListField(child=child, required=False, default=list, max_length=30, **options)


def text(most: int, *, required: bool = True, **options) -> serializers.CharField:
    if not required:
        options |= {"required": False, "allow_blank": True, "default": ""}
    return serializers.CharField(max_length=most, **options)


def version(**options) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False, **options)


class DemandInput(StrictSerializer):
    """A demand. Staff name the `enterprise` (USCC; `uscc` is understood too); an enterprise leaves it out."""

    enterprise = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="USCC")
    uscc = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="As enterprise.")
    title = text(100)
    body = text(3000, required=False)
    element = ByCode(queryset=ServiceElement.objects.all())
    kind = CodeField(choices=Demand.Kind.choices, default=Demand.Kind.HELP)
    urgency = CodeField(choices=Demand.Urgency.choices, default=Demand.Urgency.NORMAL)
    contact_name = text(40, required=False)
    contact_phone = text(30, required=False)
    attachments = serializers.ListField(
        child=FileField(), required=False, default=list, max_length=10, help_text="Files of the form."
    )


class CorrectInput(StrictSerializer):
    """What a demand was filed under. `version` is the one that was read."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    element = ByCode(queryset=ServiceElement.objects.all(), required=False)
    kind = CodeField(choices=Demand.Kind.choices, required=False)
    urgency = CodeField(choices=Demand.Urgency.choices, required=False)


class MoveInput(StrictSerializer):
    """A move without more. `version`: refuse (409) when the demand has changed since it was read."""

    version = version()


class ReasonInput(MoveInput):
    reason = text(300)


class TextInput(MoveInput):
    text = text(1000)


class DispatchInput(MoveInput):
    lead = DepartmentField()
    joint = departments()
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    joint_due = serializers.DictField(
        child=serializers.DateField(allow_null=True),
        required=False,
        default=dict,
        help_text="Own days of joint departments, by code; the others have the lead's.",
    )
    reason = text(200, required=False)


class BulkDispatchInput(StrictSerializer):
    demands = serializers.ListField(child=serializers.CharField(max_length=20), min_length=1, max_length=100)
    lead = DepartmentField()
    joint = departments()
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    reason = text(200, required=False)


class ExtendInput(MoveInput):
    until = DayOrMoment()
    reason = text(300)
    department = DepartmentField(required=False, help_text="A joint one whose own day is moved.")


class ApproveInput(MoveInput):
    text = text(300, required=False)


class WhistleInput(MoveInput):
    departments = departments(help_text="Codes; else the lead and the joint departments.")
    meets_at = Moment(required=False, allow_null=True, default=None)
    place = text(120, required=False)
    reason = text(500, required=False)


class CameInput(StrictSerializer):
    department = DepartmentField()
    attended = serializers.BooleanField()
    absence = text(200, required=False)


class TaskInput(StrictSerializer):
    text = text(500)
    owner = DepartmentField()
    due_on = serializers.DateField()


class ConveneInput(MoveInput):
    minutes = text(3000)
    attendance = CameInput(many=True, required=False, default=list)
    resolutions = TaskInput(many=True, required=False, default=list)
    held_at = Moment(required=False, allow_null=True, default=None)


class ResolveInput(MoveInput):
    result = text(3000)


class VerifyInput(MoveInput):
    satisfied = serializers.BooleanField()
    score = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True, default=None)
    comment = text(500, required=False)


class MergeInput(MoveInput):
    into = text(20)


class NoteInput(StrictSerializer):
    text = text(1000)


class DemandLinkInput(StrictSerializer):
    other = text(20)
    note = text(200, required=False)


class AttachmentInput(serializers.Serializer):
    file = serializers.FileField()


class DemandPersonalInput(StrictSerializer):
    field = text(20)
    reason = text(200)


class CallbackInput(StrictSerializer):
    version = version()
    outcome = text(500)
    satisfied = serializers.BooleanField(required=False, allow_null=True, default=None)


class ResolutionEndInput(serializers.Serializer):
    """What ends a task of a meeting."""

    version = serializers.IntegerField(required=False)
    result = serializers.CharField(required=False, help_text="finish")
    reason = serializers.CharField(required=False, help_text="drop")


class AnyDemandMoveInput(serializers.Serializer):
    """What the moves take, each only its own: see the list of moves."""

    version = serializers.IntegerField(required=False)
    reason = serializers.CharField(
        required=False,
        help_text="reject, return, extend, refuse_extension, reopen, withdraw, whistle, dispatch",
    )
    lead = serializers.CharField(required=False, help_text="dispatch: code")
    joint = serializers.ListField(child=serializers.CharField(), required=False, help_text="dispatch: codes")
    due_on = serializers.DateField(required=False, help_text="dispatch")
    joint_due = serializers.DictField(
        child=serializers.DateField(),
        required=False,
        help_text="dispatch: own days of joint departments, by code",
    )
    department = serializers.CharField(required=False, help_text="extend: a joint department's code")
    text = serializers.CharField(required=False, help_text="report, ask, answer, approve_extension")
    until = serializers.CharField(required=False, help_text="extend: a day or a moment")
    departments = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="whistle: codes"
    )
    meets_at = serializers.DateTimeField(required=False, help_text="whistle")
    place = serializers.CharField(required=False, help_text="whistle")
    minutes = serializers.CharField(required=False, help_text="convene")
    attendance = CameInput(many=True, required=False, help_text="convene")
    resolutions = TaskInput(many=True, required=False, help_text="convene")
    result = serializers.CharField(required=False, help_text="resolve")
    satisfied = serializers.BooleanField(required=False, help_text="verify")
    score = serializers.IntegerField(required=False, help_text="verify, 1–5")
    comment = serializers.CharField(required=False, help_text="verify")
    into = serializers.CharField(required=False, help_text="merge: number")
