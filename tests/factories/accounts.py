"""People with roles. `make_user(role, …)` is what most tests want."""

import factory
from factory.django import DjangoModelFactory

from portal.accounts.models import Membership, User
from portal.accounts.scope import Role
from portal.territory.models import Department, District, Town

from .territory import DepartmentFactory, DistrictFactory, TownFactory

PASSWORD = "correct-horse-7"


class UserFactory(DjangoModelFactory):
    """A person without any role. The password is PASSWORD, hashed only when a test asks (`with_password=True`)."""

    class Meta:
        model = User

    class Params:
        with_password = factory.Trait(password=factory.django.Password(PASSWORD))
        inactive = factory.Trait(is_active=False)
        superuser = factory.Trait(is_superuser=True, is_staff=True)

    username = factory.Sequence(lambda n: f"user-{n}")
    display_name = factory.Sequence(lambda n: f"测试用户{n}")
    password = "!"


class MembershipFactory(DjangoModelFactory):
    """`role` decides which place is needed; see `make_user`."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.ADMIN


def make_user(
    role: str | None = None,
    *,
    district: District | None = None,
    town: Town | None = None,
    department: Department | None = None,
    institution: str = "",
    enterprise="",
    **fields,
) -> User:
    """A user with one membership; the place that the role needs is made up when not given.

    `enterprise` is a USCC or anything with `.uscc`; `institution` a code or anything with `.code`. `role=None` gives
    a user without any membership. Further fields go to UserFactory (`with_password=True`, `username="…"`).
    """
    user = UserFactory(**fields)
    if role is None:
        return user
    place: dict = {}
    if role in {Role.BUREAU, Role.LEADER}:
        place = {"district": district or DistrictFactory()}
    elif role == Role.STATION:
        town = town or TownFactory(**({"district": district} if district else {}))
        place = {"town": town, "district": town.district}
    elif role == Role.DEPARTMENT:
        department = department or DepartmentFactory(**({"district": district} if district else {}))
        place = {"department": department, "district": department.district}
    elif role == Role.INSTITUTION:
        place = {"institution": getattr(institution, "code", institution) or "JG-01", "district": district}
    elif role == Role.ENTERPRISE:
        place = {
            "enterprise": getattr(enterprise, "uscc", enterprise) or "91310117MA1J000005",
            "district": district,
        }
    MembershipFactory(user=user, role=role, **place)
    return user


def add_membership(user: User, role: str, **place) -> Membership:
    """A further role for the same person; the scope is read anew."""
    user.__dict__.pop("scope", None)
    return MembershipFactory(user=user, role=role, **place)
