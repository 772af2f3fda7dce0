"""One view, two answers: the whole page or its fragment; the navigation by role; failures in words."""

import json

import pytest
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from portal.kit import failures, pages
from portal.kit.pages import Navigation, NavItem, render_page

PAGE, FRAGMENT = "components/alert.html", "components/status_badge.html"


def asked(**headers):
    request = RequestFactory().get("/", headers=headers)
    request.session = {}
    request._messages = FallbackStorage(request)
    HtmxMiddleware(lambda _request: HttpResponse())(request)
    return request


@pytest.fixture(autouse=True)
def _plain_context(monkeypatch):
    """These tests are about the choice of template: no session, no user behind them."""
    monkeypatch.setattr(engines["django"].engine, "context_processors", [])
    monkeypatch.delitem(engines["django"].engine.__dict__, "template_context_processors", raising=False)
    yield
    engines["django"].engine.__dict__.pop("template_context_processors", None)


def answer(**headers):
    return render_page(asked(**headers), PAGE, FRAGMENT, {"text": "全页", "label": "片段"})


def test_a_browser_gets_the_page():
    assert "全页" in answer().content.decode()


def test_htmx_gets_the_fragment():
    response = answer(hx_request="true")
    assert "片段" in response.content.decode()
    assert "全页" not in response.content.decode()


@pytest.mark.parametrize("header", ["hx_boosted", "hx_history_restore_request"])
def test_boosted_links_and_history_need_the_whole_page(header):
    assert "全页" in answer(hx_request="true", **{header: "true"}).content.decode()


def test_caches_keep_the_two_apart():
    assert "HX-Request" in answer()["Vary"]
    assert "HX-Request" in answer(hx_request="true")["Vary"]


def test_without_a_fragment_htmx_gets_the_page_and_the_status_stands():
    response = render_page(asked(hx_request="true"), PAGE, None, {"text": "全页"}, status=422)
    assert response.status_code == 422
    assert "全页" in response.content.decode()


def test_messages_of_a_fragment_travel_in_a_header():
    request = asked(hx_request="true")
    messages.success(request, "已保存")
    told = json.loads(render_page(request, PAGE, FRAGMENT, {})["HX-Trigger"])
    assert told == {"toast": {"messages": [{"text": "已保存", "tone": "success"}]}}


def test_messages_wait_for_the_page_otherwise():
    request = asked()
    messages.success(request, "已保存")
    assert "HX-Trigger" not in render_page(request, PAGE, FRAGMENT, {})
    assert [str(note) for note in messages.get_messages(request)] == ["已保存"]


@pytest.fixture
def navigation(monkeypatch):
    monkeypatch.setattr(pages, "reverse", lambda name: {"home": "/"}.get(name, f"/{name}/"))
    menu = Navigation()
    menu.register(
        NavItem("企业", "enterprises", "building", order=20),
        NavItem("首页", "home", "home", order=0),
        NavItem("用户", "users", "users", roles=frozenset({"admin"}), order=90),
        NavItem("导入", "imports", "upload", prefix="/enterprises/imports/", order=30),
    )
    return menu


def test_the_menu_shows_what_the_roles_may_open(navigation):
    assert [entry["label"] for entry in navigation.visible({"leader"}, "/")] == ["首页", "企业", "导入"]
    assert "用户" in [entry["label"] for entry in navigation.visible({"station", "admin"}, "/")]
    assert navigation.visible(set(), "/") == []


@pytest.mark.parametrize(
    "path, here",
    [
        ("/", "首页"),
        ("/enterprises/91310117MA1J000005/", "企业"),
        ("/enterprises/imports/7/", "导入"),
        ("/elsewhere/", None),
    ],
)
def test_one_entry_at_most_is_marked_as_here(navigation, path, here):
    marked = [entry["label"] for entry in navigation.visible({"bureau"}, path) if entry["current"]]
    assert marked == ([here] if here else [])


def test_registering_twice_changes_nothing(navigation):
    before = list(navigation.items)
    navigation.register(NavItem("企业", "enterprises", "building"))
    assert navigation.items == before


@pytest.mark.parametrize(
    "handler, status",
    [
        (failures.bad_request, 400),
        (failures.forbidden, 403),
        (failures.not_found, 404),
        (failures.server_error, 500),
    ],
)
def test_failures_are_a_chinese_sentence_with_a_number_and_stand_alone(handler, status):
    response = handler(RequestFactory().get("/somewhere"))
    text = response.content.decode()
    assert response.status_code == status
    assert "错误编号：" in text
    assert "Traceback" not in text
    assert "/static/" not in text, "the page must not need anything that may be broken"


def test_a_lost_database_says_that_nothing_was_changed():
    response = failures.database_away(RequestFactory().get("/somewhere"))
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "数据库暂时无法连接" in response.content.decode()
