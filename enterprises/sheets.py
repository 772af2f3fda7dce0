"""The sheets of this package, as the import engine finds them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.imports.registry import Personal, SheetKind, register
from portal.kit.masking import mask_name, mask_phone
from portal.kit.money import in_wan

from .registry import export, sheet_names
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
