"""The sheets of this package, as the import engine finds them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.imports.by_row import MAX_ROWS, ByRow
from portal.imports.registry import Personal, SheetKind, register
from portal.kit.masking import mask_name, mask_phone
from portal.kit.money import in_wan

from .outreach import export as instructor_export
from .outreach import sheets as instructor_sheets
from .outreach.models import Instructor
from .outreach.sheet_rows import InstructorTaker
from .registry import export, places_export, places_sheet, sheet_names
from .registry.actions import places_sheet as places
from .registry.actions import sheet
from .registry.sheets import ENTERPRISE_SHEET, FORMS, KINDS, METHODS, ROLES, STATUSES


def _labels(names: dict[str, str]) -> dict[str, str]:
    return {code: label for label, code in names.items()}


def _show(name: str, value: Any) -> str:
    return in_wan(Decimal(value)) if name == "revenue" else str(value)


ENTERPRISES = register(
    SheetKind(
        sheet=ENTERPRISE_SHEET,
        references=sheet_names.references,
        template_names=sheet_names.template_names,
        prepare=sheet.prepare,
        lock=sheet.lock,
        classify=sheet.classify,
        write=sheet.write,
        refusals=sheet.REFUSALS,
        export=export.enterprise_table,
        check_filters=export.check_filters,
        list_url="enterprise-list",
        name_field="name",
        position=1,
        show=_show,
        personal={
            name: Personal(context, mask_phone if name.endswith("phone") else mask_name)
            for name, context in sheet.CONTEXTS.items()
        },
        field_names={"organization": _("党组织名称"), "late_survey": _("补录较早的摸排（不改变现有画像）")},
        words={
            "kind": _labels(KINDS),
            "status": _labels(STATUSES),
            "chain_role": _labels(ROLES),
            "organization_form": _labels(FORMS),
            "survey_method": _labels(METHODS),
        },
    )
)

CHAIN_MEMBERSHIPS = register(
    SheetKind(
        sheet=places_sheet.PLACES_SHEET,
        references=places_sheet.references,
        template_names=places_sheet.template_names,
        prepare=places.prepare,
        lock=places.lock,
        classify=places.classify,
        write=places.write,
        refusals=places.REFUSALS,
        export=places_export.places_table,
        check_filters=export.check_filters,
        list_url="enterprise-list",
        name_field="chain",
        position=3,
        words={"role": _labels(ROLES)},
    )
)

PERSON = {
    name: Personal(Instructor._meta.get_field(name).context, mask)
    for name, mask in (("name", mask_name), ("phone", mask_phone))
}
_by_row = ByRow(
    instructor_sheets.INSTRUCTOR_SHEET, InstructorTaker, 7_310_003, instructor_sheets.references, PERSON
)

INSTRUCTORS = register(
    SheetKind(
        sheet=instructor_sheets.INSTRUCTOR_SHEET,
        references=instructor_sheets.references,
        template_names=instructor_sheets.template_names,
        prepare=_by_row.prepare,
        lock=_by_row.lock,
        classify=_by_row.classify,
        write=_by_row.write,
        refusals={},
        export=instructor_export.instructor_table,
        check_filters=instructor_export.check_filters,
        list_url="instructor-list",
        personal=PERSON,
        words={"kind": _labels(instructor_sheets.KINDS)},
        max_rows=MAX_ROWS,
        position=4,
    )
)
