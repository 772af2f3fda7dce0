"""The demo's open demands show the colours of a district that keeps up, at whatever hour the demo is loaded."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from portal.kit.demo import DemoRun, weighted
from portal.territory.calendar import national_exceptions
from portal.territory.models import Department, District
from portal.territory.rules import WorkCalendar
from services.workorders.demo import KINDS, OPEN_NOW, URGENCIES
from services.workorders.demo_cases import invented_case
from services.workorders.demo_course import lead_to
from services.workorders.demo_moments import Mix, age_of, minutes_before
from services.workorders.demo_planned import Planned, Setting
from services.workorders.rules import hours, states

CALENDAR = WorkCalendar(national_exceptions())
DEPARTMENTS = ("tax", "finance", "market", "hr_social", "economy", "science")
LOADED = (
    "2026-11-22 03:34", "2026-11-23 09:01", "2026-11-24 11:29", "2026-11-24 12:40", "2026-11-25 17:29",
    "2026-11-25 23:50", "2027-02-07 15:00", "2027-02-10 10:00",
)  # fmt: skip
"""A Sunday night, the first minute of a week, lunch time, the last minute of a day, the Spring Festival."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=hours.ZONE)


@pytest.mark.parametrize(
    ("name", "never", "once"),
    [
        ("上海岱枢嘉烘焙食品有限公司", ("封装", "个体", "轴承"), "食品生产许可证"),
        ("上海市松江区岱枢嘉小吃店", ("企业", "研发", "专利", "许可证", "稳岗"), "个体工商户"),
        ("上海岱枢嘉芯片科技有限公司", ("食品", "民宿", "个体"), "封装测试"),
        ("改名后的公司", ("封装", "食品", "个体", "生产线"), "留抵退税"),
    ],
)  # fmt: skip
def test_cases_suit_whoever_raises_them(name, never, once):
    chance = DemoRun("songjiang", 1, at(LOADED[0]).date()).chance("cases")
    cases = [invented_case(chance, name) for _n in range(200)]
    said = "".join(f"{case.title}{case.body}" if "店" not in name else case.title for case in cases)
    assert not [word for word in never if word in said]
    assert once in said
    assert "{" not in said


@pytest.mark.parametrize("text", LOADED)
def test_one_in_ten_is_late_whenever_it_is_loaded(text):
    now = at(text)
    departments = {code: Department(pk=n, code=code, name=code) for n, code in enumerate(DEPARTMENTS, 1)}
    run = DemoRun("songjiang", 1, now.date())
    setting = Setting(run, District(pk=1), CALENDAR, departments, now)
    chance, mix, lights, seen = run.chance("test"), Mix(), Counter(), set()
    for state in chance.sample([state for state, number in OPEN_NOW for _n in range(number)], 56):
        kind, urgency = weighted(chance, KINDS), weighted(chance, URGENCIES)
        age = age_of(state, mix.wanted(), hours.default_times(kind, urgency), chance)
        created_at = minutes_before(now, age, CALENDAR)
        assert hours.working_minutes_between(created_at, now, CALENDAR) == age
        planned = Planned(setting, 1, 1, "标题", "内容", created_at, kind=kind, urgency=urgency)
        lead_to(planned, state, invented_case(chance, "上海岱枢精密机械有限公司"), chance, mix)
        assert planned.status == state
        moments = [step[-1] for step in planned.steps]
        assert moments == sorted(moments)
        assert moments[-1] <= now
        if due_at := planned.values["due_at"]:
            warn_at = planned.lights()["warn_at"]
            lights[hours.light(now=now, warn_at=warn_at, due_at=due_at)] += 1
        seen.add(state)
    assert seen == set(states.OPEN)
    assert 0.08 <= lights["red"] / lights.total() <= 0.12, lights
    assert 0.14 <= lights["yellow"] / lights.total() <= 0.2, lights


@pytest.mark.parametrize("minutes", [1, 150, 390, 391, 5_000])
@pytest.mark.parametrize("text", LOADED)
def test_counted_back_and_forth(text, minutes):
    before = minutes_before(at(text), minutes, CALENDAR)
    assert hours.working_minutes_between(before, at(text), CALENDAR) == minutes
    assert hours.add_working_minutes(before, minutes, CALENDAR) <= at(text)
    assert before <= at(text) - timedelta(minutes=minutes)
