"""What every write of the ledgers shares: numbers of the day, clean values, refusals as sentences."""

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_line, clean_sentence

from ...registry.models import Enterprise
from ..models import Bank
from ..rules import amounts

DIGITS = 6
NUMBERING = 7_310_010  # advisory locks: one key a table, one number a day


def number_of_day(model: type[Model], letters: str, day: datetime.date) -> str:
    """The next free number of the day, e.g. CG20261121-000042, inside the transaction that stores it: unique and
    without gaps. Reads one end of the number's index, so that a sheet of thousands does not slow down."""
    prefix = f"{letters}{day:%Y%m%d}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [NUMBERING, prefix])
    last = model._base_manager.filter(
        number__gte=f"{prefix}{'0' * DIGITS}", number__lte=f"{prefix}{'9' * DIGITS}"
    ).aggregate(last=Max("number"))["last"]
    count = int(last.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{count:0{DIGITS}d}"


@contextmanager
def refusing_twice(sentence: str, *, current: Any = None) -> Iterator[None]:
    """A unique constraint as a Conflict (409) with a sentence; the caller's transaction stays whole."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == "23505":
            raise Conflict(sentence, code="duplicate", current=current) from error
        raise


def cleaned(values: Mapping[str, Any], *lines: str) -> dict[str, Any]:
    """The values with their texts as they are stored; amounts with two decimals when nothing is lost by that."""
    found = {name: clean_line(value or "") if name in lines else value for name, value in values.items()}
    amount = found.get("amount")
    if isinstance(amount, Decimal) and amount.is_finite() and amounts.amount_problem(amount) is None:
        found["amount"] = amount.quantize(Decimal("0.01"))
    return found


def require_sound(problems: Mapping[str, Any]) -> None:
    """Raises Invalid (400) when a sentence is there."""
    if found := {name: sentence for name, sentence in problems.items() if sentence}:
        raise Invalid(found)


def cleaned_reason(reason: str, *, most: int = amounts.MAX_REASON) -> str:
    """Raises Invalid for an empty or overlong reason."""
    text = clean_sentence(reason or "")
    if problem := amounts.text_problem(text, most=most):
        raise Invalid({"reason": _("请填写原因。") if not text else problem})
    return text


def require_version(row: Any, version: int | None, current: Any) -> None:
    """Raises Stale (409) when the caller read another version. `current` is what the answer shows."""
    if version is not None and row.version != version:
        raise Stale(current=current)


def bank_for(by: User, enterprise: Enterprise, named: str) -> Bank:
    """The bank that a grant or pledge names, by name or code. Staff may name a new one; a clerk has just the own.

    Raises PermissionDenied for who may record nothing for this enterprise, Invalid without a bank.
    """
    text = clean_line(named or "")
    own = list(
        Bank.objects.filter(code__in=by.scope.institutions, district=enterprise.district_id).order_by("pk")
    )
    if not amounts.can_record(by, town_id=enterprise.town_id, district_id=enterprise.district_id):
        if not own:
            raise PermissionDenied(_("只能为您所负责范围内的企业登记。"))
        mine = next((bank for bank in own if text in (bank.name, bank.code)), None)
        if mine is None and text:
            raise PermissionDenied(_("只能登记本行的业务。"))
        return mine or own[0]
    if problem := amounts.text_problem(text, most=80):
        raise Invalid({"bank": problem})
    return _known(enterprise, text) or _new(enterprise, text)


def _known(enterprise: Enterprise, text: str) -> Bank | None:
    rows = Bank.objects.filter(district=enterprise.district_id)
    return rows.filter(name=text).first() or rows.filter(code=text).first()


def _new(enterprise: Enterprise, name: str) -> Bank:
    """A bank named for the first time; two clerks who name it at once get the same one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBERING + 1, enterprise.district_id])
    if known := _known(enterprise, name):
        return known
    count = Bank.objects.filter(district=enterprise.district_id).count()
    while Bank.objects.filter(code=(code := f"YH{enterprise.district.code[-6:]}{count + 1:03d}")).exists():
        count += 1
    return Bank.objects.create(district_id=enterprise.district_id, code=code, name=name)
