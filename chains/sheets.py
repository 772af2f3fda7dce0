"""The sheets of this package, as the import engine finds them."""

from portal.imports.by_row import MAX_ROWS, ByRow
from portal.imports.registry import Personal, SheetKind, register
from portal.kit.masking import mask_name, mask_phone

from .party import export, sheets
from .party.models import PartyOrganization
from .party.rules import can_manage_reference
from .party.sheet_rows import OrganizationTaker

SECRETARY = {
    name: Personal(PartyOrganization._meta.get_field(name).context, mask)
    for name, mask in (("secretary_name", mask_name), ("secretary_phone", mask_phone))
}
_by_row = ByRow(sheets.ORGANIZATION_SHEET, OrganizationTaker, 7_310_002, sheets.references, SECRETARY)

PARTY_ORGANIZATIONS = register(
    SheetKind(
        sheet=sheets.ORGANIZATION_SHEET,
        references=sheets.references,
        template_names=sheets.template_names,
        prepare=_by_row.prepare,
        lock=_by_row.lock,
        classify=_by_row.classify,
        write=_by_row.write,
        refusals={},
        export=export.organization_table,
        check_filters=export.check_filters,
        list_url="organization-list",
        name_field="name",
        personal=SECRETARY,
        may_import=can_manage_reference,
        max_rows=MAX_ROWS,
        position=2,
    )
)
