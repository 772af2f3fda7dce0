"""People and what they may see: a user's scope is the union of the memberships."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import Department, District, Town

from .scope import Role, Scope, scope_of


class User(AbstractUser):
    """A person who signs in. Names are the duty name shown to others, not identity data."""

    first_name = last_name = None
    display_name = models.CharField(_("显示名称"), max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("用户")
        ordering = ("username",)

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    @cached_property
    def scope(self) -> Scope:
        """What this user may see, read once per instance (one query)."""
        return scope_of(self)


class MembershipQuerySet(ScopedQuerySet):
    def scope_filter(self, scope: Scope) -> Q:
        return Q(user_id=scope.user_id)


class Membership(models.Model):
    """A role with the place it holds for.

    Institutions and enterprises live in packages above this one, so they are named by their natural keys, which
    never change: institution code and USCC.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("用户"))
    role = models.CharField(_("角色"), max_length=12, choices=Role)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, verbose_name=_("区"))
    town = models.ForeignKey(Town, models.PROTECT, null=True, blank=True, verbose_name=_("街镇"))
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, verbose_name=_("部门"))
    institution = models.CharField(_("技术机构代码"), max_length=32, blank=True)
    enterprise = models.CharField(_("企业统一社会信用代码"), max_length=18, blank=True)
    created_at = models.DateTimeField(_("授予时间"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("角色与范围")
        constraints = [
            models.CheckConstraint(
                name="membership_role_has_its_place",
                condition=(
                    Q(role=Role.ADMIN)
                    | Q(role__in=(Role.BUREAU, Role.LEADER), district__isnull=False)
                    | Q(role=Role.STATION, town__isnull=False)
                    | Q(role=Role.DEPARTMENT, department__isnull=False)
                    | (Q(role=Role.INSTITUTION) & ~Q(institution=""))
                    | (Q(role=Role.ENTERPRISE) & ~Q(enterprise=""))
                ),
            ),
            models.UniqueConstraint(
                fields=("user", "role", "district", "town", "department", "institution", "enterprise"),
                name="membership_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        place = self.town or self.department or self.institution or self.enterprise or self.district or ""
        return f"{self.get_role_display()} {place}".strip()
