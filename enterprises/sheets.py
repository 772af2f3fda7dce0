"""The sheets of this package, as the import engine finds them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.imports.by_row import MAX_ROWS, ByRow
from portal.imports.registry import Personal, SheetKind, register
from portal.kit.masking import mask_name, mask_phone
from portal.kit.money import in_wan

from .ledger import export as ledger_export
from .ledger import sheet_rows as ledger_rows
from .ledger import sheets as ledger_sheets
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
    return in_wan(Decimal(value)) if name in {"revenue", "amount"} else str(value)


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


def _ledger(
    sheet, taker, number: int, references, template_names, table, check, list_url: str, **more
) -> SheetKind:
    """A ledger's sheet, taken row by row."""
    rows = ByRow(sheet, taker, number, references)
    return register(
        SheetKind(
            sheet=sheet, references=references, template_names=template_names, prepare=rows.prepare, lock=rows.lock,
            classify=rows.classify, write=rows.write, refusals={}, export=table, check_filters=check,
            list_url=list_url, show=_show, max_rows=MAX_ROWS, **more,
        )
    )  # fmt: skip


PROCUREMENT_DEALS = _ledger(
    ledger_sheets.DEAL_SHEET, ledger_rows.DealTaker, 7_310_004, ledger_sheets.deal_references,
    ledger_sheets.deal_template_names, ledger_export.deal_table, ledger_export.check_deals, "deal-list",
    words={"status": _labels(ledger_sheets.STATES)}, name_field="goods", position=5,
)  # fmt: skip
CREDIT_GRANTS = _ledger(
    ledger_sheets.CREDIT_SHEET, ledger_rows.CreditTaker, 7_310_005, ledger_sheets.no_references,
    ledger_sheets.bank_names, ledger_export.credit_table, ledger_export.check_credit, "credit-list",
    name_field="product", position=6,
)  # fmt: skip
PLEDGES = _ledger(
    ledger_sheets.PLEDGE_SHEET, ledger_rows.PledgeTaker, 7_310_006, ledger_sheets.no_references,
    ledger_sheets.bank_names, ledger_export.pledge_table, ledger_export.check_pledges, "pledge-list",
    words={"kind": _labels(ledger_sheets.PLEDGE_KINDS)}, name_field="register_number", position=7,
)  # fmt: skip
