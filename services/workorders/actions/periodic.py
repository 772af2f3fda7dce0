"""What time does by itself: reminders, archiving, samples. Each demand in its own short transaction; doing it twice, or
dying in between, changes nothing."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.kit.problems import Conflict
from portal.metrics.registry import midnight
from portal.territory.calendar import work_calendar

from .. import messages, store
from ..models import Callback, Demand, DemandPart, Escalation, EscalationRule
from ..queries.demands import judged_low
from ..rules import alerts, states
from .callbacks import open_once
from .checking import close
from .clocks import HANDLE, Terms, terms_of
from .guard import Case, case_of, record, take

BATCH = 500
VERIFIED_DAYS = 7  # calendar days after the judgement until it is archived
SILENT_DAYS = 10  # working days without an answer to the result
LOOK_BACK = 7  # days over which a sample that was missed is made up


def escalate(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Reminds of every demand whose next reminder has come. Returns how many demands; two workers never take the same.

    Reminder, messages and the time of the next one are written together: who is killed in between has sent nothing.
    """
    now = now or timezone.now()
    count = 0
    for remind in (_escalate_one, _escalate_parts):
        while count < limit and remind(now):
            count += 1
    return count


@transaction.atomic
def _escalate_one(now: datetime) -> bool:
    demand = (
        Demand.objects.select_for_update(no_key=True, skip_locked=True)
        .only("pk", "number")
        .filter(next_alert_at__lte=now)
        .order_by("next_alert_at")
        .first()
    )
    if demand is None:
        return False
    case = case_of(demand, None, now=now)
    demand = case.demand
    terms = terms_of(demand)
    started, due = demand.clock_started_at, demand.due_at
    ours = demand.escalations.filter(part=None, clock=demand.clock, clock_started_at=started)
    sent = set(ours.values_list("share", "audience"))
    when = {"started": started, "due": due, "calendar": terms.calendar}
    come = alerts.due_alerts(terms.shares, now=now, **when)
    for share, audience, people in _rules_of(demand):
        if share in come and (share, audience) not in sent:
            _remind(case, share, audience, people)
    demand.next_alert_at = alerts.next_alert(terms.shares, sent=come, **when)
    demand.save(update_fields=["next_alert_at"])
    return True


@transaction.atomic
def _escalate_parts(now: datetime) -> bool:
    """The joint departments' own days, of one demand; while the enterprise is asked they stand as its clock does."""
    come = DemandPart.objects.filter(next_alert_at__lte=now, left_at=None, done_at=None)
    rows = Demand.objects.select_for_update(no_key=True, skip_locked=True).only("pk", "number")
    rows = rows.filter(status__in=states.HANDLING, waiting_since=None, pk__in=come.values("demand"))
    demand = rows.order_by("pk").first()
    if demand is None:
        return False
    case = case_of(demand, None, now=now)
    terms = terms_of(case.demand)
    for part in case.parts:
        if part.next_alert_at is not None and part.next_alert_at <= now:
            _escalate_part(case, part, terms)
    return True


def _escalate_part(case: Case, part: DemandPart, terms: Terms) -> None:
    sent = set(
        part.escalations.filter(clock_started_at=part.clock_started_at).values_list("share", "audience")
    )
    when = {"started": part.clock_started_at, "due": part.due_at, "calendar": terms.calendar}
    come = alerts.due_alerts(terms.shares, now=case.now, **when)
    for share, audience, people in _rules_of(case.demand):
        if share in come and (share, audience) not in sent:
            _remind(case, share, audience, people, part)
    store.write(part, next_alert_at=alerts.next_alert(terms.shares, sent=come, **when))


def _rules_of(demand: Demand) -> list[tuple[int, str, Collection[User]]]:
    """At which share whom; the district's own rules, else the default."""
    own = EscalationRule.objects.filter(district_id=demand.district_id).prefetch_related("people")
    found = [(rule.share, rule.audience, rule.people.all()) for rule in own]
    return found or [(share, audience, ()) for share, audience in alerts.DEFAULTS]


def _remind(
    case: Case, share: int, audience: str, people: Collection[User], part: DemandPart | None = None
) -> None:
    demand = case.demand
    Escalation.objects.create(
        demand=demand,
        part=part,
        clock=HANDLE if part else demand.clock,
        clock_started_at=(part or demand).clock_started_at,
        share=share,
        audience=audience,
    )
    told = messages.remind(
        demand, share=share, audience=audience, people=people, parts=case.parts, now=case.now, part=part
    )
    data = {"share": share, "audience": audience, "told": told}
    data |= {"department": part.department.code} if part else {}
    record(case, "escalate", data=data, actor=states.SYSTEM, internal=True)


def close_by_time(*, now: datetime | None = None) -> int:
    """Archives what was verified a week ago and what got no judgement within ten working days. Where the enterprise was
    not content the bureau does it (states.py)."""
    now = now or timezone.now()
    verified = Demand.objects.filter(
        status=states.VERIFIED, verified_at__lte=now - timedelta(days=VERIFIED_DAYS)
    )
    content = verified.exclude(judged_low())
    count = _close(content.exclude(callbacks__closed_at=None, callbacks__isnull=False))
    silent = Demand.objects.filter(status=states.RESOLVED)
    for slug in silent.order_by().values_list("district__slug", flat=True).distinct():
        last = work_calendar(slug).add_working_days(timezone.localdate(now), -SILENT_DAYS)
        count += _close(silent.filter(district__slug=slug, resolved_at__lt=midnight(last)))
    return count


def _close(rows) -> int:
    count = 0
    for demand in rows.order_by("pk")[:BATCH]:
        try:
            close(demand=demand, by=None)
            count += 1
        except Conflict:  # moved meanwhile, or a callback is open
            continue
    return count


def sample_callbacks(*, today: date | None = None) -> int:
    """Opens callbacks for one in ten of the orders that were archived on each of the last days. Returns how many."""
    today = today or timezone.localdate()
    return sum(_sample(today - timedelta(days=back)) for back in range(LOOK_BACK, 0, -1))


def _sample(day: date) -> int:
    rows = Demand.objects.filter(
        status=states.CLOSED, withdrawn=False, merged_into=None, closed_at__gte=midnight(day),
        closed_at__lt=midnight(day + timedelta(days=1)),
    )  # fmt: skip
    by_district: dict[int, list[str]] = {}
    for district, number in rows.order_by().values_list("district_id", "number"):
        by_district.setdefault(district, []).append(number)
    wanted = [number for numbers in by_district.values() for number in alerts.sample(numbers)]
    without = rows.filter(number__in=wanted).exclude(
        pk__in=Callback.objects.filter(reason=Callback.Reason.SAMPLE).values("demand")
    )
    return sum(_call_back(demand) for demand in without.order_by("pk"))


@transaction.atomic
def _call_back(demand: Demand) -> bool:
    case = take(demand, None)
    known = Callback.objects.filter(demand=demand, reason=Callback.Reason.SAMPLE)
    if case.before != states.CLOSED or known.exists():
        return False
    open_once(case, Callback.Reason.SAMPLE)
    return True
