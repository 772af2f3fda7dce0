"""The reference: a stock django-import-export resource for the enterprise sheet, row by row, history on."""

from pathlib import Path

import openpyxl
import tablib
from import_export import fields, resources, widgets

from enterprises.models import Enterprise
from enterprises.registry.sheets import KINDS, STATUSES
from portal.territory.models import Town


class Named(widgets.CharWidget):
    """A choice by its Chinese label."""

    def __init__(self, codes: dict[str, str]):
        super().__init__()
        self.codes = codes

    def clean(self, value, row=None, **kwargs):
        return self.codes[value] if value else "active"


class EnterpriseResource(resources.ModelResource):
    """Only the register's own columns: the stock resource is spared profile, figures, chains, honours and surveys."""

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

    def before_save_instance(self, instance, row, **kwargs) -> None:
        instance.district_id = instance.town.district_id


def load(path: Path) -> tablib.Dataset:
    """The workbook as django-import-export's own xlsx format reads it."""
    rows = openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)
    dataset = tablib.Dataset(headers=list(next(rows)))
    for row in rows:
        dataset.append(["" if value is None else value for value in row])
    return dataset


def check_and_import(path: Path) -> None:
    """What its admin does: a dry run to preview, then the import."""
    dataset = load(path)
    resource = EnterpriseResource()
    assert not resource.import_data(dataset, dry_run=True).has_errors()
    assert not resource.import_data(dataset, dry_run=False).has_errors()
