"""A demand (诉求) with the departments' parts, its append-only timeline, extensions, links, files and notes."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from enterprises.registry.models import Enterprise
from portal.kit.attachments import Attachment
from portal.kit.encryption import EncryptedTextField
from portal.kit.scoped import ScopedQuerySet
from portal.kit.search import TextGrams
from portal.territory.models import Department, District, ServiceElement, Town

from ..rules import states

OPEN = Q(status__in=states.OPEN)
CHECKED = (states.RESOLVED, states.VERIFIED)
REOPENING = Q(after=states.REOPENED, move__in=("verify", "reopen"))
"""Of the timeline's entries: the enterprise was not satisfied, and the demand is handled anew."""


class DemandQuerySet(ScopedQuerySet):
    """The district's staff and leaders, the town, the departments that have a part in it now, and the enterprise.

    A department from which a demand was taken sees it no more, neither in lists nor by number.
    """

    def scope_filter(self, scope) -> Q:
        seen = Q(district_id__in=scope.districts) | Q(town_id__in=scope.towns)
        if (
            scope.enterprises
        ):  # a join, even an idle one, would keep the board from counting by its index alone
            seen |= Q(enterprise__uscc__in=scope.enterprises)
        if scope.departments:
            seen |= Q(pk__in=DemandPart.open_to(scope.departments))
        return seen


class Demand(models.Model):
    """What an enterprise needs (企业点单). Old values stand in the timeline; nothing is deleted.

    `town` and `chain` are the enterprise's on the day of raising: figures keep them. `due_at` is the deadline of the
    clock that runs now (`clock`), None when none does; from `warn_at` on it is yellow, from `due_at` on red.
    `handle_due_at` is the promise to the enterprise. While the enterprise is asked (`waiting_since`) the clock
    stands: no deadline, no colour. `next_alert_at`: when the next reminder is due. `masked_at`: when the personal data
    of one that ended long ago were removed (actions/retention.py).
    """

    Status = states.Status

    class Kind(models.TextChoices):
        ADVICE = "advice", _("咨询")
        HELP = "help", _("求助")
        SUGGESTION = "suggestion", _("建议")
        COMPLAINT = "complaint", _("投诉")

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("一般")
        URGENT = "urgent", _("紧急")
        CRITICAL = "critical", _("特急")

    class Source(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业自报")
        VISIT = "visit", _("走访发现")
        STAFF = "staff", _("工作人员代录")

    class Clock(models.TextChoices):
        ACCEPT = "accept", _("受理")
        DISPATCH = "dispatch", _("分办")
        SIGN = "sign", _("签收")
        HANDLE = "handle", _("办理")

    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", db_index=False, verbose_name=_("区")
    )
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", db_index=False, verbose_name=_("街镇"))
    chain = models.ForeignKey(
        Chain,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="demands",
        db_index=False,
        verbose_name=_("产业链"),
    )
    number = models.CharField(_("编号"), max_length=20, unique=True)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="demands", db_index=False,
        verbose_name=_("企业"),
    )  # fmt: skip
    project = models.ForeignKey(
        "services.VisitProject", models.PROTECT, null=True, blank=True, related_name="demands",
        verbose_name=_("项目"),
    )  # fmt: skip
    visit = models.ForeignKey(
        "services.Visit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("走访"),
    )
    title = models.CharField(_("标题"), max_length=100)
    body = models.TextField(_("诉求内容"), max_length=3000, blank=True)
    element = models.ForeignKey(ServiceElement, models.PROTECT, related_name="+", verbose_name=_("要素"))
    kind = models.CharField(_("诉求类型"), max_length=10, choices=Kind, default=Kind.HELP)
    urgency = models.CharField(_("紧急程度"), max_length=8, choices=Urgency, default=Urgency.NORMAL)
    source = models.CharField(_("来源"), max_length=10, choices=Source, default=Source.ENTERPRISE)
    contact_name = EncryptedTextField(
        _("联系人"), context="services.Demand.contact_name", blank=True, default=""
    )
    contact_phone = EncryptedTextField(
        _("联系电话"), context="services.Demand.contact_phone", blank=True, default=""
    )
    status = models.CharField(_("状态"), max_length=12, choices=states.Status, default=states.SUBMITTED)
    lead = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("牵头部门"),
    )
    dispatch_reason = models.CharField(_("派单依据"), max_length=200, blank=True)
    result = models.TextField(_("办理结果"), max_length=3000, blank=True)
    satisfied = models.BooleanField(_("是否满意"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("评分"), null=True, blank=True)
    comment = models.CharField(_("评价意见"), max_length=500, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name=_("并入")
    )
    withdrawn = models.BooleanField(_("企业撤回"), default=False)
    returns = models.PositiveSmallIntegerField(_("退回次数"), default=0)
    reopenings = models.PositiveSmallIntegerField(_("重新办理次数"), default=0)

    clock = models.CharField(_("计时环节"), max_length=8, choices=Clock, blank=True)
    clock_started_at = models.DateTimeField(_("开始计时"), null=True, blank=True)
    warn_at = models.DateTimeField(_("预警时间"), null=True, blank=True)
    due_at = models.DateTimeField(_("本环节期限"), null=True, blank=True)
    handle_due_at = models.DateTimeField(_("办理期限"), null=True, blank=True)
    waiting_since = models.DateTimeField(_("等待企业补充自"), null=True, blank=True)
    next_alert_at = models.DateTimeField(_("下次提醒"), null=True, blank=True)

    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("提出人"),
    )
    created_at = models.DateTimeField(_("提出时间"))
    accepted_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("派单时间"), null=True, blank=True)
    signed_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    signed_in_time = models.BooleanField(_("按时签收"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    resolved_in_time = models.BooleanField(_("按时办结"), null=True, blank=True)
    verified_at = models.DateTimeField(_("评价时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("归档时间"), null=True, blank=True)
    masked_at = models.DateTimeField(_("个人信息清理时间"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = DemandQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = verbose_name_plural = _("诉求")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=states.Status.values), name="demand_status_known"),
            models.CheckConstraint(
                condition=Q(kind__in=("advice", "help", "suggestion", "complaint")), name="demand_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(urgency__in=("normal", "urgent", "critical")), name="demand_urgency_known"
            ),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) | Q(project__isnull=False), name="demand_has_subject"
            ),
            models.CheckConstraint(condition=~Q(title__regex=r"^\s*$"), name="demand_has_title"),
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="demand_score_one_to_five"),
            models.CheckConstraint(
                condition=~Q(status__in=states.HANDLING) | Q(lead__isnull=False),
                name="demand_handled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("resolved", "verified")) | Q(resolved_at__isnull=False),
                name="demand_resolved_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status="closed") | Q(merged_into__isnull=True, withdrawn=False),
                name="demand_merged_is_closed",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="demand_not_into_itself"),
        ]
        indexes = [
            models.Index(fields=("district", "-created_at", "-id"), name="demand_recent"),
            models.Index(fields=("town", "-created_at", "-id"), name="demand_of_town"),
            models.Index(fields=("enterprise", "-created_at", "-id"), name="demand_of_enterprise"),
            models.Index(fields=("lead", "-created_at", "-id"), name="demand_of_lead"),
            models.Index(fields=("chain", "-created_at", "-id"), name="demand_of_chain"),
            models.Index(fields=("status", "-created_at", "-id"), name="demand_by_status"),
            models.Index(  # the board: what is open, by deadline, and every count of it from the index alone
                fields=("district", "due_at", "id"), include=(
                    "status", "town", "lead", "element", "chain", "enterprise", "kind", "urgency", "source", "warn_at",
                    "waiting_since", "title",
                ),
                condition=OPEN, name="demand_open_by_deadline",
            ),
            models.Index(
                fields=("district",), include=(
                    "id", "status", "town", "lead", "element", "chain", "enterprise", "kind", "urgency", "source",
                ),
                condition=Q(status__in=CHECKED), name="demand_checked",
            ),
            models.Index(fields=("next_alert_at",), condition=Q(next_alert_at__isnull=False), name="demand_alert"),
            models.Index(fields=("resolved_at",), name="demand_by_resolved"),
            models.Index(fields=("signed_at",), condition=Q(signed_at__isnull=False), name="demand_by_signed"),
            models.Index(fields=("verified_at",), condition=Q(verified_at__isnull=False), name="demand_by_verified"),
            models.Index(
                fields=("closed_at",), condition=Q(closed_at__isnull=False, masked_at__isnull=True), name="demand_to_mask"
            ),
            GinIndex(TextGrams(F("title")), name="demand_title_grams"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def stage(self) -> states.Stage:
        """Which of the five stages it stands in."""
        return states.STAGE_OF[self.status]


class OfDemandQuerySet(ScopedQuerySet):
    """Seen by whoever sees the demand."""

    def scope_filter(self, scope) -> Q:
        return Q(demand__in=Demand.objects.filter(DemandQuerySet.scope_filter(self, scope)).values("pk"))


class DemandPart(models.Model):
    """A department's part in a demand (子工单): the lead's, or a joint department's with an own deadline and result.

    Open until the department is done; `left_at`: it was returned or taken away, and the department sees it no more.
    `due_at` follows the lead's, unless a joint department was given its own day: then the part has a clock of its own
    since `clock_started_at`, yellow from `warn_at` on, with its own reminders (`next_alert_at`).
    """

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头")
        JOINT = "joint", _("协办")

    demand = models.ForeignKey(
        Demand, models.CASCADE, related_name="parts", db_index=False, verbose_name=_("诉求")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", db_index=False, verbose_name=_("部门")
    )
    role = models.CharField(_("分工"), max_length=6, choices=Role)
    given_at = models.DateTimeField(_("派单时间"))
    sign_due_at = models.DateTimeField(_("签收期限"), null=True, blank=True)
    due_at = models.DateTimeField(_("办理期限"), null=True, blank=True)
    clock_started_at = models.DateTimeField(_("另定期限自"), null=True, blank=True)
    warn_at = models.DateTimeField(_("预警时间"), null=True, blank=True)
    next_alert_at = models.DateTimeField(_("下次提醒"), null=True, blank=True)
    signed_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("签收人"),
    )
    done_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    result = models.CharField(_("办理结果"), max_length=1000, blank=True)
    left_at = models.DateTimeField(_("退出时间"), null=True, blank=True)
    leave_reason = models.CharField(_("退出原因"), max_length=300, blank=True)

    objects = OfDemandQuerySet.as_manager()

    class Meta:
        ordering = ("demand", "-role", "id")
        verbose_name = verbose_name_plural = _("子工单")
        constraints = [
            models.UniqueConstraint(
                fields=("demand", "department"),
                condition=Q(left_at__isnull=True),
                name="part_once_a_department",
            ),
            models.UniqueConstraint(
                fields=("demand",), condition=Q(left_at__isnull=True, role="lead"), name="part_one_lead"
            ),
            models.CheckConstraint(condition=Q(role__in=("lead", "joint")), name="part_role_known"),
        ]
        indexes = [
            models.Index(
                fields=("department", "demand"), condition=Q(left_at__isnull=True), name="part_of_department"
            ),
            models.Index(fields=("demand", "role"), name="part_of_demand"),
            models.Index(
                fields=("next_alert_at",), condition=Q(next_alert_at__isnull=False), name="part_alert"
            ),
        ]

    @property
    def has_own_day(self) -> bool:
        """Whether its deadline is its own and not the lead's."""
        return self.clock_started_at is not None

    @staticmethod
    def open_to(departments) -> models.QuerySet:
        """The ids of the demands in which these departments have a part now."""
        return DemandPart.objects.filter(department__in=departments, left_at=None).values("demand")


class DemandStep(models.Model):
    """One entry of a demand's timeline, written once. `data` holds no personal value.

    `internal`: only for those who handle it (staff and departments); leaders and the enterprise do not see it.
    """

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="timeline", db_index=False)
    move = models.CharField(_("事项"), max_length=20)
    before = models.CharField(_("原状态"), max_length=12, blank=True)
    after = models.CharField(_("新状态"), max_length=12)
    actor = models.CharField(_("以何身份"), max_length=10, choices=states.Actor, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("部门")
    )
    note = models.CharField(_("说明"), max_length=1000, blank=True)
    data = models.JSONField(_("附加信息"), default=dict, blank=True)
    internal = models.BooleanField(_("内部"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("操作人"),
    )
    at = models.DateTimeField(_("时间"))

    objects = OfDemandQuerySet.as_manager()

    class Meta:
        ordering = ("at", "id")
        verbose_name = verbose_name_plural = _("诉求进程")
        indexes = [
            models.Index(fields=("demand", "at", "id"), name="step_of_demand"),
            models.Index(fields=("at",), condition=REOPENING, name="step_reopening"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class Extension(models.Model):
    """A department asks for more time; the town or the bureau decides. At most one waits."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待批准")
        APPROVED = "approved", _("已同意")
        REFUSED = "refused", _("未同意")
        LAPSED = "lapsed", _("已失效")

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="extensions")
    until = models.DateTimeField(_("延期至"))
    before = models.DateTimeField(_("原期限"), null=True)
    reason = models.CharField(_("延期原因"), max_length=300)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("批准时间"), null=True)
    decision = models.CharField(_("批准意见"), max_length=300, blank=True)

    objects = OfDemandQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-id")
        verbose_name = verbose_name_plural = _("延期申请")
        constraints = [
            models.UniqueConstraint(
                fields=("demand",), condition=Q(state="waiting"), name="extension_one_waiting"
            ),
        ]


class DemandLink(models.Model):
    """Two demands that belong together: similar, repeated, or one following from the other. Kept once a pair."""

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="links")
    other = models.ForeignKey(Demand, models.CASCADE, related_name="linked_from")
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    objects = OfDemandQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("关联诉求")
        constraints = [
            models.UniqueConstraint(fields=("demand", "other"), name="link_once_a_pair"),
            models.CheckConstraint(condition=Q(demand__lt=F("other")), name="link_in_one_direction"),
        ]


class DemandAttachment(Attachment):
    """A paper or picture of a demand."""

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="attachments")

    objects = OfDemandQuerySet.as_manager()

    class Meta:
        ordering = ("uploaded_at", "id")
        verbose_name = verbose_name_plural = _("诉求附件")


class StaffNoteQuerySet(ScopedQuerySet):
    """Confidential: the bureau, the town and the departments with a part in it; never leaders or the enterprise."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(demand__district_id__in=scope.managed)
            | Q(demand__town_id__in=scope.towns)
            | Q(demand__in=DemandPart.open_to(scope.departments))
        )


class StaffNote(models.Model):
    """A confidential note among those who handle a demand. Written once."""

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="notes")
    text = models.CharField(_("备注"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    objects = StaffNoteQuerySet.as_manager()

    class Meta:
        ordering = ("at", "id")
        verbose_name = verbose_name_plural = _("内部备注")
