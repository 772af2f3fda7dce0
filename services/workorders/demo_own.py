"""What waits today for the demo's sign-ins: enterprise-01 and -02, station-jiuting, dept-tax.

Each case went as far as `demo_planned.py` writes it; its last step is made by the action, by the person whose step it is.
"""

from collections.abc import Mapping
from datetime import date, datetime, time

from enterprises.registry.models import Enterprise
from portal.accounts.demo import ENTERPRISE_USERS, demo_user
from portal.accounts.models import User
from portal.kit.demo import invented_person, invented_uscc
from portal.territory.models import ServiceElement

from . import actions
from .actions.submitting import foremost_chain
from .demo_cases import trade_of
from .demo_moments import minutes_before
from .demo_planned import Planned, Setting
from .demo_rows import write
from .models import Demand
from .rules import hours

NEIGHBOURS = 7


def load(setting: Setting, towns: Mapping[int, int], departments: Mapping[int, int]) -> None:
    """`towns`, `departments`: whose sign-in handles, by id."""
    own = _Own(setting, towns, departments)
    own.first_enterprise()
    own.second_enterprise()
    own.tax_office()
    own.station()
    write(own.planned)
    own.last_steps()


class _Own:
    """The cases of one loading; a title names each of them."""

    def __init__(self, setting: Setting, towns: Mapping[int, int], departments: Mapping[int, int]):
        self.setting, self.towns, self.clerks = setting, towns, departments
        self.elements = {one.code: one for one in ServiceElement.objects.all()}
        district = setting.district
        self.users: dict[str, User] = {
            name: demo_user(district, name) for name in (*ENTERPRISE_USERS, "station-jiuting", "dept-tax")
        }
        firms = Enterprise.objects.filter(district=district).exclude(status=Enterprise.Status.DEREGISTERED)
        self.own = {
            name: firms.get(uscc=invented_uscc(number, area=district.code))
            for name, number in ENTERPRISE_USERS.items()
        }
        self.raisers = {firm.pk: self.users[name] for name, firm in self.own.items()}
        near = firms.filter(town_id__in=self.users["station-jiuting"].scope.towns)
        near = near.exclude(pk__in=self.raisers).order_by("uscc")
        self.others = [firm for firm in near if "maker" in trade_of(firm.name).groups][:NEIGHBOURS]
        self.planned: list[Planned] = []

    # the cases

    def first_enterprise(self) -> None:
        firm = self.own["enterprise-01"]
        closed = self.tax_case(
            firm, "高新技术企业所得税优惠备案", "首次享受 15% 税率，备查资料准备不清楚。", 32
        )
        closed.resolve(self.at(29, 15, 20), "税务专员上门逐项核对，备查资料已齐备，优惠已享受。")
        closed.verify(self.at(28, 10, 5), 5, "专员上门讲得清楚，问题一次解决。")
        closed.close(self.at(21, 9, 30))
        self.tax_case(firm, "出口退税单证备案", "新开拓东南亚市场，首批报关单退税不清楚需要哪些单证。", 3)
        self.tax_case(firm, "研发费用加计扣除辅导", "研发设备与生产共用，费用归集口径没有把握。", 4)

    def second_enterprise(self) -> None:
        row = self.raised(
            self.own["enterprise-02"], "insurance", "夜班技工招聘困难", "新增夜班产线，缺数控技工 12 名，招聘一个月未招满。",
            self.at(3, 9, 40), urgency="normal",
        )  # fmt: skip
        row.accept(self.at(3, 10, 10))
        row.dispatch(self.at(3, 10, 50), self.department("hr_social"), [self.department("organization")])
        row.sign(self.at(3, 14, 0))
        row.report(self.at(1, 16, 10), "已联系两所职业院校，本周五安排专场招聘。")

    def tax_office(self) -> None:
        one, two, three, four, *_rest = self.others
        to_sign = self.raised(
            one,
            "tax",
            "数电票额度临时调整",
            "季末集中交付，当月开票额度已用完，影响回款。",
            self.at(1, 10, 20),
        )
        to_sign.accept(self.at(1, 11, 0))
        self.tax_case(two, "增值税留抵退税进度", "上月提交的留抵退税约 86 万元尚未到账。", 9, self.ahead(1))
        overdue = self.tax_case(
            three, "跨区迁移涉税事项", "由外区迁入，原主管税务机关清税证明迟迟未开具。", 10
        )
        overdue.report(self.at(6, 15, 0), "已与外区税务机关联系，对方正在核查一笔往年申报。")
        hard = self.raised(
            four, "funds", "厂房转租后土地使用税和租金发票", "承租二手厂房，产权方拒开发票，土地使用税无法列支，扩产补贴也因此受阻。",
            self.at(5, 9, 30), kind="complaint",
        )  # fmt: skip
        hard.accept(self.at(5, 10, 0))
        helpers = [self.department(code) for code in ("tax", "planning")]
        hard.dispatch(self.at(5, 11, 0), self.department("economy"), helpers)
        hard.sign(self.at(5, 14, 10))
        hard.whistle(self.at(2, 15, 0), self.at(1, 9, 30), "涉及税务、规划、经委三家，需当面商定。")

    def station(self) -> None:
        five, six, *_rest = self.others[4:]
        self.raised(five, "registration", "一照多址备案咨询", "计划在镇内增设两个仓储点，不清楚能否一照多址。", self.back(70),
                    kind="advice")  # fmt: skip
        waiting = self.raised(
            six,
            "financing",
            "设备更新贷款贴息申请",
            "计划更新 6 台生产设备，希望申请设备更新贷款贴息。",
            self.back(200),
        )
        waiting.accept(self.back(90))

    def last_steps(self) -> None:
        """Each tells whom it concerns."""
        tax, town = self.users["dept-tax"], self.users["station-jiuting"]
        actions.submit(
            by=self.users["enterprise-01"], enterprise=self.own["enterprise-01"], title="检测实验室建设补助",
            body="新建检测实验室，设备投入约 260 万元，希望了解能否申请建设补助。", element=self.elements["funds"],
        )  # fmt: skip
        actions.ask(demand=self.row("出口退税单证备案"), by=tax, text="请补充首票出口合同和报关单复印件。")
        actions.resolve(
            demand=self.row("研发费用加计扣除辅导"), by=tax,
            result="已上门辅导按工时分摊共用设备费用，备查资料清单已交企业财务。",
        )  # fmt: skip
        actions.dispatch(
            demand=self.row("数电票额度临时调整"),
            by=town,
            lead=self.department("tax"),
            reason="“纳税开票”类诉求的派单规则",
        )
        actions.convene(
            demand=self.row("厂房转租后土地使用税和租金发票"), by=town, held_at=min(self.at(1, 11, 0), self.setting.now),
            minutes="会议听取企业和产权方说明，议定由税务部门约谈产权方开具租金发票，规划部门核实用地性质，经委据此受理扩产补贴。",
            attendance=[actions.Came(self.department(code), True) for code in ("economy", "tax", "planning")],
            resolutions=[
                actions.Task("约谈产权方，落实租金发票", self.department("tax"), self.ahead(2)),
                actions.Task("核实地块用地性质并出具意见", self.department("planning"), self.ahead(4)),
            ],
        )  # fmt: skip

    # what they share

    def tax_case(
        self, firm: Enterprise, title: str, body: str, days: int, due_on: date | None = None
    ) -> Planned:
        """One that the tax office has had in hand for so many working days."""
        row = self.raised(firm, "tax", title, body, self.at(days, 9, 15))
        row.accept(self.at(days, 9, 50))
        row.dispatch(self.at(days, 10, 30), self.department("tax"), due_on=due_on)
        row.sign(self.at(days, 11, 5))
        return row

    def raised(self, firm: Enterprise, element: str, title: str, body: str, at: datetime, **more) -> Planned:
        raiser = self.raisers.get(firm.pk)
        row = Planned(
            self.setting, firm.town_id, self.elements[element].pk, title, body, at, chain=foremost_chain(firm),
            enterprise=firm.pk, source="enterprise", contact=invented_person(self.setting.demo.chance("own", title)),
            raised_by=raiser.pk if raiser else None, town_clerk=self.towns.get(firm.town_id),
            department_clerks=dict(self.clerks), **more,
        )  # fmt: skip
        self.planned.append(row)
        return row

    def row(self, title: str) -> Demand:
        return Demand.objects.get(district=self.setting.district, title=title, source="enterprise")

    def department(self, code: str):
        return self.setting.departments[code]

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A time of a working day so many working days ago."""
        return datetime.combine(self.ahead(-days), time(hour, minute), hours.ZONE)

    def back(self, minutes: int) -> datetime:
        """The moment since which so many minutes of working time have passed."""
        return minutes_before(self.setting.now, minutes, self.setting.calendar)

    def ahead(self, days: int) -> date:
        """The day so many working days from today."""
        today = self.setting.now.astimezone(hours.ZONE).date()
        return self.setting.calendar.add_working_days(today, days)
