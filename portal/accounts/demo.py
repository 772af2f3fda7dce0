"""The demo's sign-ins: one or two people per role, all with the same published password (contract.md, Commands)."""

from portal.kit.demo import DemoRun, invented_uscc
from portal.territory.models import Department, District, Town

from .actions import create_user, grant_role
from .models import Membership, User
from .scope import Role

PASSWORD = "demo-2026"  # noqa: S105 - published on purpose; exists only in a database that load_demo filled
ENTERPRISE_USERS = {"enterprise-01": 1, "enterprise-02": 2}  # user → number of the invented enterprise
STATIONS = {  # the towns of station-jiuting and station-sheshan; the names of the sign-ins are the same in every district
    "songjiang": ("九亭", "佘山"), "baoshan": ("顾村", "高境"), "pukou": ("浦口经开区", "桥林"), "suqian": ("沭阳", "宿豫"),
}  # fmt: skip
INSTITUTIONS = {"songjiang": "茸城质检中心"}
HANDLING = {  # departments that handle demands beside the tax office: each has a sign-in dept-<code>
    "songjiang": (
        "administration", "economy", "finance_office", "hr_social", "ip", "market", "organization", "planning", "science",
    ),
}  # fmt: skip


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    first, second = STATIONS[demo.district]
    tax, office = Department.objects.get(code=f"{demo.prefix}tax"), f"{district.name[-1]}市场监管局"
    institution = INSTITUTIONS.get(demo.district, "质量检测中心")
    places = {
        "bureau": (f"{office} 周科长", Role.BUREAU, {"district": district}),
        "station-jiuting": (f"{first}指导站 沈指导员", Role.STATION, {"town": _town(district, first)}),
        "station-sheshan": (f"{second}指导站 陆指导员", Role.STATION, {"town": _town(district, second)}),
        "dept-tax": (f"{tax.name} 联络员", Role.DEPARTMENT, {"department": tax}),
        "institution-01": (institution, Role.INSTITUTION, {"institution": f"{demo.prefix}JG01"}),
        "leader": ("分管领导", Role.LEADER, {"district": district}),
    } | {
        username: (
            f"企业用户 {number:02d}",
            Role.ENTERPRISE,
            {"enterprise": invented_uscc(number, area=district.code)},
        )
        for username, number in ENTERPRISE_USERS.items()
    }
    for code in HANDLING.get(demo.district, ()):
        office = Department.objects.get(code=f"{demo.prefix}{code}")
        places[f"dept-{code}"] = (f"{office.name} 联络员", Role.DEPARTMENT, {"department": office})
    suffix = suffix_of(district)
    places = {f"{username}{suffix}": place for username, place in places.items()}
    known = set(User.objects.filter(username__in=["admin", *places]).values_list("username", flat=True))
    admin = User.objects.get(username="admin") if "admin" in known else _first_administrator()
    for username, (name, role, place) in places.items():
        if username not in known:
            user = create_user(by=admin, username=username, display_name=name, password=PASSWORD)
            grant_role(user=user, by=admin, role=role, **place)


def suffix_of(district: District) -> str:
    """What follows the names of a district's sign-ins when another demo district has taken them: "-baoshan"."""
    taken = Membership.objects.filter(user__username="bureau", role=Role.BUREAU).exclude(district=district)
    return f"-{district.slug}" if taken.exists() else ""


def demo_user(district: District, name: str) -> User:
    """The person behind a sign-in of the district's demo."""
    return User.objects.get(username=f"{name}{suffix_of(district)}")


def department_users(district: District) -> dict[int, int]:
    """The demo's people at the district's departments, by department; ids."""
    rows = Membership.objects.filter(role=Role.DEPARTMENT, department__district=district)
    return dict(rows.filter(user__username__startswith="dept-").values_list("department", "user"))


def _first_administrator() -> User:
    """The one account that no action can open: nobody is there yet who may."""
    admin = User(username="admin", display_name="系统管理员")
    admin.set_password(PASSWORD)
    admin.save()
    Membership.objects.create(user=admin, role=Role.ADMIN)
    return admin


def _town(district: District, short_name: str) -> Town:
    return district.towns.get(short_name=short_name)
