"""`/_components/`: every component with example data, to look at while building. Served only with DEBUG."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from .pages import NavItem, navigation, render_page
from .pagination import Page


class FilterForm(forms.Form):
    search = forms.CharField(label="企业名称或信用代码", required=False)
    town = forms.ChoiceField(
        label="街镇", required=False, choices=[("", "全部"), ("JT", "九亭镇"), ("SS", "佘山镇")]
    )
    freshness = forms.ChoiceField(
        label="摸排时效", required=False, choices=[("", "全部"), ("due", "应更新"), ("overdue", "已超期")]
    )
    since = forms.DateField(
        label="摸排日期起", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class SurveyForm(forms.Form):
    surveyed_on = forms.DateField(label="摸排日期", widget=forms.DateInput(attrs={"type": "date"}))
    method = forms.ChoiceField(
        label="摸排方式",
        choices=[("annual", "年报"), ("inspection", "抽查检查"), ("visit", "走访"), ("self", "自报")],
        widget=forms.RadioSelect,
    )
    full_members = forms.IntegerField(label="正式党员数", min_value=0, help_text="只填人数，不填姓名。")
    secretary_phone = forms.CharField(
        label="书记电话", widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    )
    organization = forms.ChoiceField(
        label="党组织形式", choices=[("none", "无"), ("alone", "单独组建"), ("joint", "联合组建")]
    )
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    confirmed = forms.BooleanField(label="已与企业负责人当面核对", required=False)


class UploadForm(forms.Form):
    file = forms.FileField(
        label="选择或拖入企业信息表",
        help_text="支持 .xlsx 和 .csv，最大 64 MB、20 万行。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


ROWS = [
    (
        "上海示例精密仪器有限公司",
        "91310117MA1J000005",
        "九亭镇",
        ("active", "存续"),
        12,
        "2026-10-08",
        ("fresh", "有效"),
    ),
    (
        "松江样本新材料科技股份有限公司第二分公司",
        "91310117MA1J00001X",
        "佘山镇",
        ("suspended", "停业"),
        3,
        "2026-03-02",
        ("due", "应更新"),
    ),
    ("云间试验食品厂", "91310117MA1J00003U", "经开区", ("active", "存续"), 0, "", ("overdue", "已超期")),
]
MONTHS = [f"{month} 月" for month in range(1, 11)]


def example() -> dict[str, Any]:
    """The example data of the gallery; broken on purpose where a component shows errors."""
    noon = datetime(2026, 10, 8, 12, 30, tzinfo=UTC)
    return {
        "survey": SurveyForm({"surveyed_on": "2026-13-01", "method": "visit", "full_members": "-1"}),
        "upload": UploadForm(),
        "rows": ROWS,
        "states": [
            ("done", "已完成"),
            ("queued", "排队中"),
            ("failed", "失败"),
            ("lead", "链主"),
            ("closed", "已关闭"),
        ],
        "columns": [("年度", "title"), ("营业收入（万元）", "number"), ("从业人数", "number")],
        "years": [
            [("2025", "#y2025"), "19,734.64", "126"],
            [("2024", "#y2024"), "17,500", "118"],
            [("2023", "#y2023"), None, "97"],
        ],
        "page": Page(rows=[], next="bmV4dA", previous="cHJldg", count=2412),
        "crumbs": [("首页", "/"), ("企业", "#"), ("画像", "")],
        "facts": [
            ("统一社会信用代码", "91310117MA1J000005"),
            ("所属街镇", "九亭镇"),
            ("经营地址", "沪松公路 1234 弄 5 号楼 601 室"),
            ("书记电话", "138****8000"),
            ("备注", ""),
        ],
        "tabs": [
            ("生产经营", "#a", True, None),
            ("党员队伍", "#b", False, 12),
            ("产业链位置", "#c", False, 2),
            ("变更记录", "#d", False, None),
        ],
        "entries": [
            {
                "at": noon,
                "who": "九亭所 王检",
                "title": "走访摸排",
                "text": "与企业负责人当面核对。",
                "changes": [("正式党员数", "9", "12"), ("党组织形式", "无", "单独组建")],
            },
            {"at": noon, "who": "区局", "title": "表格导入", "changes": [("从业人数", "", "126")]},
        ],
        "bars": {
            "type": "bar",
            "labels": MONTHS,
            "unit": "户",
            "series": [
                {"name": "新增摸排", "data": [82, 91, 120, 140, 133, 158, 170, 149, 181, 96]},
                {"name": "已超期", "data": [40, 38, 36, 30, 31, 25, 22, 20, 18, 15]},
            ],
        },
        "towns": {
            "type": "bar",
            "horizontal": True,
            "labels": ["九亭镇", "佘山镇", "经开区", "泗泾镇", "车墩镇"],
            "unit": "户",
            "series": [{"name": "企业", "data": [382, 215, 540, 301, 188]}],
        },
        "share": {
            "type": "pie",
            "labels": ["单独组建", "联合组建", "尚未组建"],
            "unit": "户",
            "series": [{"name": "企业", "data": [420, 610, 1382]}],
        },
    }


def gallery(request: HttpRequest) -> HttpResponse:
    if not request.htmx and "quiet" not in request.GET:
        messages.success(request, "已保存。摸排记录已更新企业画像。")
        messages.error(request, "有 3 行未通过检查，没有写入任何数据。")
    filters = FilterForm(request.GET)
    context = {**example(), "filters": filters}
    return render_page(request, "kit/components.html", "kit/_rows.html", context)


def progress(request: HttpRequest) -> HttpResponse:
    """Each call is ten points further; the last answer stops asking."""
    percent = min(int(request.GET.get("from", "0")) + 10, 100)
    return render(request, "kit/_progress.html", {"percent": percent, "shown": str(percent)})


if settings.DEBUG:
    navigation.register(NavItem("组件", "components", "puzzle", order=990))

pages = [
    path("_components/", gallery, name="components"),
    path("_components/progress", progress, name="components-progress"),
]
