"""The scope of a user: which rows exist for them, and whether they may read personal fields or write."""

import hashlib
from dataclasses import dataclass, fields

from django.db import connection, models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("系统管理员")
    BUREAU = "bureau", _("区局工作人员")
    STATION = "station", _("指导站人员")
    DEPARTMENT = "department", _("职能部门")
    INSTITUTION = "institution", _("技术机构")
    ENTERPRISE = "enterprise", _("企业用户")
    LEADER = "leader", _("领导")


@dataclass(frozen=True)
class Scope:
    """The union of a user's memberships.

    `districts`: ids of districts seen whole (bureau, leader); `managed`: those of them that the user may write in;
    `towns`, `departments`: ids; `institutions`: codes; `enterprises`: USCCs; `places`: the names of the district, town
    or department, for the top bar.
    """

    user_id: int | None
    roles: frozenset[str] = frozenset()
    districts: frozenset[int] = frozenset()
    managed: frozenset[int] = frozenset()
    towns: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()
    institutions: frozenset[str] = frozenset()
    enterprises: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()

    @property
    def role_names(self) -> list[str]:
        """The roles as people call them, for the user's menu."""
        return [str(Role(role).label) for role in Role.values if role in self.roles]

    @property
    def fingerprint(self) -> str:
        """A digest of all that this scope opens. What was made or answered for one scope is not given to another."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        opened = [sorted(part) for part in parts.values() if isinstance(part, frozenset)]
        return hashlib.sha256(repr(opened).encode()).hexdigest()

    @property
    def is_admin(self) -> bool:
        return Role.ADMIN in self.roles

    @property
    def is_bureau(self) -> bool:
        """May write district-wide (bureau and admin)."""
        return self.is_admin or Role.BUREAU in self.roles

    @property
    def is_staff(self) -> bool:
        """Bureau, station or admin: people who record data."""
        return self.is_bureau or Role.STATION in self.roles

    @property
    def sees_personal(self) -> bool:
        """Names and phones: staff, and an enterprise its own. A leader never (issue of principle, domain.md)."""
        return self.is_staff or Role.ENTERPRISE in self.roles

    def manages_town(self, town_id: int, district_id: int) -> bool:
        """May write rows of this town."""
        return self.is_admin or district_id in self.managed or town_id in self.towns

    def sees_enterprise(self, *, uscc: str, town_id: int, district_id: int) -> bool:
        """Whether an enterprise that was read is inside the scope: what `Enterprise.objects.visible_to` filters by."""
        return (
            self.is_admin
            or district_id in self.districts
            or town_id in self.towns
            or uscc in self.enterprises
        )

    def sees_personal_of(self, *, uscc: str, town_id: int, district_id: int) -> bool:
        """May read the names and phones of this enterprise: who manages its town, or the enterprise itself."""
        return self.manages_town(town_id, district_id) or uscc in self.enterprises


MEMBERSHIPS = """
SELECT m.role, m.district_id, m.town_id, m.department_id, m.institution, m.enterprise,
       coalesce(town.name, department.name, district.name)
FROM accounts_membership m
LEFT JOIN territory_town town ON town.id = m.town_id
LEFT JOIN territory_department department ON department.id = m.department_id
LEFT JOIN territory_district district ON district.id = m.district_id
WHERE m.user_id = %s ORDER BY m.id
"""


def scope_of(user) -> Scope:
    """The user's scope from the memberships. A superuser is an admin; an inactive user has no scope."""
    if not user.is_active or user.pk is None:
        return Scope(user_id=user.pk)
    with connection.cursor() as cursor:  # asked with every request: building it anew cost more than asking
        cursor.execute(MEMBERSHIPS, [user.pk])
        rows = cursor.fetchall()
    whole = {Role.BUREAU, Role.LEADER}
    roles = {row[0] for row in rows} | ({Role.ADMIN.value} if user.is_superuser else set())
    return Scope(
        user_id=user.pk,
        roles=frozenset(roles),
        districts=frozenset(row[1] for row in rows if row[0] in whole and row[1]),
        managed=frozenset(row[1] for row in rows if row[0] == Role.BUREAU and row[1]),
        towns=frozenset(row[2] for row in rows if row[0] == Role.STATION and row[2]),
        departments=frozenset(row[3] for row in rows if row[0] == Role.DEPARTMENT and row[3]),
        institutions=frozenset(row[4] for row in rows if row[0] == Role.INSTITUTION and row[4]),
        enterprises=frozenset(row[5] for row in rows if row[0] == Role.ENTERPRISE and row[5]),
        places=tuple(dict.fromkeys(row[6] for row in rows if row[6])),
    )
