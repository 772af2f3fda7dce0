"""The components keep their contracts: labels, descriptions, keyboards and readers without pictures."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from portal.kit.pagination import Page
from portal.kit.templatetags.kit import applied_filters, tone

COMPONENTS = sorted((Path(settings.BASE_DIR) / "templates" / "components").glob("*.html"))


class SurveyForm(forms.Form):
    members = forms.IntegerField(label="正式党员数", help_text="只填人数。", min_value=0)
    method = forms.ChoiceField(
        label="摸排方式", choices=[("visit", "走访"), ("self", "自报")], widget=forms.RadioSelect
    )
    checked = forms.BooleanField(label="已核对", required=False)


class FilterForm(forms.Form):
    search = forms.CharField(label="搜索", required=False)
    town = forms.MultipleChoiceField(
        label="街镇", required=False, choices=[("JT", "九亭镇"), ("SS", "佘山镇")]
    )
    kind = forms.ChoiceField(
        label="类型", required=False, choices=[("", "全部"), ("规模", [("big", "规上企业")])]
    )
    gap = forms.BooleanField(label="只看缺失环节", required=False)


def component(name: str, **context) -> str:
    return render_to_string(f"components/{name}.html", context)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_each_component_opens_with_its_contract(path):
    assert "{% comment %}" in path.read_text(encoding="utf-8")[:160]


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_no_component_needs_what_the_content_policy_forbids(path):
    text = path.read_text(encoding="utf-8")
    handlers = r"\son(?!ce=)\w+="  # `once` is an input of a form
    assert not re.search(rf"<script|\sstyle=|{handlers}|hx-on|javascript:|js:", text)


def test_a_field_is_tied_to_its_label_help_and_errors():
    html = component("field", field=SurveyForm({"members": "-1"})["members"])
    assert '<label class="form-label" for="id_members">' in html
    assert 'aria-describedby="id_members-help id_members-errors"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_members-errors"' in html


def test_choices_are_a_group_with_a_legend():
    html = component("field", field=SurveyForm({})["method"])
    assert "<fieldset" in html
    assert "摸排方式" in html.split("</legend>")[0]
    assert html.count('type="radio"') == 2
    assert html.count('aria-describedby="id_method-errors"') >= 2


def test_a_tick_box_has_its_label_around_it():
    assert re.search(
        r"<label[^>]*>\s*<input[^>]*checkbox[^>]*>.*已核对", component("field", field=SurveyForm()["checked"])
    )


def test_a_form_with_errors_says_so_first_and_carries_its_token():
    html = component("form", form=SurveyForm({}), submit="保存", csrf_token="token-1", next="/back")
    assert html.index('role="alert"') < html.index('for="id_members"')
    assert 'name="csrfmiddlewaretoken" value="token-1"' in html
    assert 'name="next" value="/back"' in html


def chips(query: str) -> list[dict]:
    request = RequestFactory().get(f"/enterprises/?{query}")
    return applied_filters(FilterForm(request.GET), request)


def test_filters_in_force_read_as_words_and_can_be_removed_one_by_one():
    told = chips("search=仪器&town=JT&town=SS&kind=big&gap=on&cursor=abc")
    assert [(chip["label"], chip["value"]) for chip in told] == [
        ("搜索", "仪器"),
        ("街镇", "九亭镇、佘山镇"),
        ("类型", "规上企业"),
        ("只看缺失环节", "是"),
    ]
    assert "town=" not in told[1]["url"]
    assert "kind=big" in told[1]["url"]
    assert "cursor" not in told[1]["url"]


def test_no_filters_no_chips():
    assert chips("search=&town=&kind=") == []
    assert chips("kind=unknown") == [], "a broken filter is told beside its field"


def test_pages_keep_the_filters_and_change_only_the_cursor():
    request = RequestFactory().get("/enterprises/?town=JT&cursor=old")
    page = Page(rows=[], next="new", previous=None, count=24120)
    html = Template(
        '{% include "components/pagination.html" with page=page request=request target="list" only %}'
    ).render(Context({"page": page, "request": request}))
    assert "/enterprises/?town=JT&amp;cursor=new" in html
    assert "old" not in html
    assert "共 24,120 条" in html


def test_a_table_names_each_cell_for_small_screens():
    html = component(
        "table",
        caption="年度数据",
        columns=[("年度", "title"), ("收入", "number")],
        rows=[[("2025", "/y/2025"), None], [("<2024>", ""), "1"]],
    )
    assert '<a href="/y/2025">2025</a>' in html
    assert 'data-label="收入" class="number">—' in html
    assert "&lt;2024&gt;" in html


def test_a_chart_says_the_same_as_a_table():
    data = {
        "type": "bar",
        "labels": ["九亭镇", "</script>"],
        "unit": "户",
        "series": [{"name": "企业", "data": [1382, 5]}],
    }
    html = component("chart", id="towns", title="各街镇企业", data=data)
    assert '<th scope="row">九亭镇</th><td class="number">1,382</td>' in html
    assert html.count("</script>") == 1, "data never ends its own script element"


def test_a_history_shows_old_and_new():
    entry = {
        "at": datetime(2026, 3, 1, tzinfo=UTC),
        "title": "走访",
        "changes": [("党员", 3, 5), ("电话", "", "138****8000")],
    }
    html = component("timeline", entries=[entry])
    assert re.search(r'change-old">3</span>.*→.*<span>5</span>', html)
    assert html.count("change-old") == 1


def test_progress_stops_asking_when_it_is_done():
    assert 'hx-trigger="every 1s"' in component("progress", percent=42, text="检查中", poll_url="/jobs/1/")
    assert "hx-" not in component("progress", percent=100, text="完成")


def test_states_have_a_tone_and_unknown_ones_are_grey():
    assert (tone("overdue"), tone("done"), tone("whatever")) == ("state-bad", "state-good", "state-off")


def test_text_is_escaped_everywhere():
    assert "<b>" not in component("alert", text="<b>x</b>") + component(
        "empty_state", icon="inbox", title="<b>", text="<b>"
    )


class LongFilterForm(forms.Form):
    search = forms.CharField(label="搜索", required=False)
    a, b, c, d, e = (forms.CharField(required=False) for _ in range(5))
    order = forms.ChoiceField(
        label="排序", required=False, choices=[("name", "名称"), ("date", "日期")], initial="name"
    )


@pytest.mark.parametrize(
    "query, is_open",
    [({}, False), ({"a": "1", "order": "name"}, False), ({"order": "date"}, True), ({"e": "1"}, True)],
)
def test_many_filters_stand_behind_more_unless_one_of_them_is_in_use(query, is_open):
    html = component("filter_bar", form=LongFilterForm(query), target="list", url="/enterprises/")
    assert ('<details class="filters-more" open>' in html) is is_open
    assert html.index('name="c"') < html.index("<details") < html.index('name="d"')


def test_few_filters_stand_open():
    html = component("filter_bar", form=FilterForm({}), target="list", url="/enterprises/")
    assert "<details" not in html
    assert 'hx-target="#list" hx-swap="outerHTML"' in html
