"""The demo's sign-ins: one or two people per role, all with the same published password (contract.md, Commands)."""

from portal.kit.demo import DemoRun, invented_uscc
from portal.territory.models import Department, District, Town

from .actions import create_user, grant_role
from .models import Membership, User
from .scope import Role

PASSWORD = "demo-2026"  # noqa: S105 - published on purpose; exists only in a database that load_demo filled
ENTERPRISE_USERS = {"enterprise-01": 1, "enterprise-02": 2}  # user → number of the invented enterprise


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    places = {
        "bureau": ("区市场监管局 周科长", Role.BUREAU, {"district": district}),
        "station-jiuting": ("九亭指导站 沈指导员", Role.STATION, {"town": _town(district, "九亭")}),
        "station-sheshan": ("佘山指导站 陆指导员", Role.STATION, {"town": _town(district, "佘山")}),
        "dept-tax": ("区税务局 联络员", Role.DEPARTMENT, {"department": Department.objects.get(code="tax")}),
        "institution-01": ("茸城质检中心", Role.INSTITUTION, {"institution": "JG01"}),
        "leader": ("分管领导", Role.LEADER, {"district": district}),
    } | {
        username: (
            f"企业用户 {number:02d}",
            Role.ENTERPRISE,
            {"enterprise": invented_uscc(number, area=district.code)},
        )
        for username, number in ENTERPRISE_USERS.items()
    }
    known = set(User.objects.filter(username__in=["admin", *places]).values_list("username", flat=True))
    admin = User.objects.get(username="admin") if "admin" in known else _first_administrator()
    for username, (name, role, place) in places.items():
        if username not in known:
            user = create_user(by=admin, username=username, display_name=name, password=PASSWORD)
            grant_role(user=user, by=admin, role=role, **place)


def _first_administrator() -> User:
    """The one account that no action can open: nobody is there yet who may."""
    admin = User(username="admin", display_name="系统管理员")
    admin.set_password(PASSWORD)
    admin.save()
    Membership.objects.create(user=admin, role=Role.ADMIN)
    return admin


def _town(district: District, short_name: str) -> Town:
    return district.towns.get(short_name=short_name)
