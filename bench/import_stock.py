"""The reference: stock django-import-export resources for the enterprise sheet, row by row, history on.

`SheetResource` brings in the whole sheet, as somebody would write it with the library: the enterprise by the
resource's fields, the other tables in `after_save_instance`. `RegisterResource` is spared the other tables.
"""

import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import tablib
from import_export import fields, resources, widgets

from chains.models import Chain, EstablishmentMode, Segment
from enterprises.models import AnnualFigure, ChainMembership, Enterprise, Honour, PartyProfile, Survey
from enterprises.registry.sheets import FORMS, KINDS, METHODS, ROLES, STATUSES
from portal.kit.encryption import blind_index
from portal.territory.models import Town

PERSONAL = {
    "书记姓名": "secretary_name",
    "书记电话": "secretary_phone",
    "联系人": "contact_name",
    "联系电话": "contact_phone",
}


class Named(widgets.CharWidget):
    """A choice by its Chinese label."""

    def __init__(self, codes: dict[str, str]):
        super().__init__()
        self.codes = codes

    def clean(self, value, row=None, **kwargs):
        return self.codes[value]


class RegisterResource(resources.ModelResource):
    """The register's own columns."""

    uscc = fields.Field("uscc", "统一社会信用代码*")
    name = fields.Field("name", "企业名称*")
    kind = fields.Field("kind", "企业类型*", widget=Named(KINDS))
    town = fields.Field("town", "所属街镇*", widget=widgets.ForeignKeyWidget(Town, "name"))
    address = fields.Field("address", "经营地址")
    founded_on = fields.Field("founded_on", "成立日期", widget=widgets.DateWidget())
    status = fields.Field("status", "登记状态", widget=Named(STATUSES))
    industry_code = fields.Field("industry_code", "行业代码")
    employees = fields.Field("employees", "从业人数", widget=widgets.IntegerWidget())

    class Meta:
        model = Enterprise
        import_id_fields = ("uscc",)
        fields = (
            "uscc",
            "name",
            "kind",
            "town",
            "address",
            "founded_on",
            "status",
            "industry_code",
            "employees",
        )
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True

    def import_instance(self, instance, row, **kwargs) -> None:
        super().import_instance(instance, row, **kwargs)
        instance.district_id = instance.town.district_id


class SheetResource(RegisterResource):
    """The whole sheet."""

    class Meta(RegisterResource.Meta):
        pass

    def after_save_instance(self, instance, row, **kwargs) -> None:
        day = datetime.date.fromisoformat(row["摸排日期"])
        form = FORMS[row["党组织形式"]]
        mode = EstablishmentMode.objects.get(name=row["组建方式"]) if row["组建方式"] else None
        told = {
            "full_members": row["正式党员数"],
            "probationary_members": row["预备党员数"],
            "organization_form": form,
            "organization_name": row["党组织名称"] or "",
            "establishment_mode": mode,
        }
        personal = {name: row[header] for header, name in PERSONAL.items()}
        digests = {
            f"{name}_bidx": blind_index(text, f"enterprises.PartyProfile.{name}")
            for name, text in personal.items()
        }
        PartyProfile.objects.update_or_create(
            enterprise=instance,
            defaults={
                **told,
                **personal,
                **digests,
                "surveyed_on": day,
                "survey_method": METHODS[row["摸排方式"]],
            },
        )
        Survey.objects.create(
            enterprise=instance,
            surveyed_on=day,
            method=METHODS[row["摸排方式"]],
            employees=row["从业人数"],
            **told,
        )
        AnnualFigure.objects.update_or_create(
            enterprise=instance,
            year=day.year - 1,
            defaults={
                "employees": row["从业人数"],
                "revenue": Decimal(str(row["上年营业收入(万元)"])) * 10_000,
            },
        )
        chain = Chain.objects.get(name=row["产业链"])
        ChainMembership.objects.update_or_create(
            enterprise=instance,
            chain=chain,
            ended_on=None,
            defaults={
                "segment": Segment.objects.get(chain=chain, name=row["链上环节"]),
                "role": ROLES[row["链上角色"]],
            },
            create_defaults={
                "segment": Segment.objects.get(chain=chain, name=row["链上环节"]),
                "role": ROLES[row["链上角色"]],
                "started_on": day,
            },
        )
        for name in filter(None, row["资质荣誉"].split("；")):
            Honour.objects.get_or_create(enterprise=instance, name=name)


def load(path: Path) -> tablib.Dataset:
    """The workbook as django-import-export's own xlsx format reads it."""
    rows = openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)
    dataset = tablib.Dataset(headers=list(next(rows)))
    for row in rows:
        dataset.append(["" if value is None else value for value in row])
    return dataset


def check_and_import(path: Path, resource: resources.ModelResource) -> None:
    """What its admin does: a dry run to preview, then the import."""
    dataset = load(path)
    for dry_run in (True, False):
        result = resource.import_data(dataset, dry_run=dry_run)
        refused = [row.error_dict for row in result.invalid_rows[:3]]
        failed = [str(error.error) for row in result.rows for error in row.errors][:3]
        assert not refused and not failed, (refused, failed)
