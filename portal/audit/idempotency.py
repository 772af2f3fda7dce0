"""`Idempotency-Key` on POSTs that create (contract.md): the same key and body within 24 h give the first answer.

The key is claimed in the transaction of the action itself. Whoever comes second waits at the unique index until the
first is decided: committed, it reads that answer; rolled back, the key is free and it runs the action. There is never
a second row, and an answer is never kept for an action that did not happen.

An answer belongs to the scope that it was given to: when the user's roles have changed since, the request runs anew,
so that rights are checked as for any other.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

import orjson
from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.kit.api import as_json
from portal.kit.problems import Conflict, Invalid

from .models import IdempotencyKey

LIFETIME = timedelta(hours=24)
WAIT_SECONDS = 10
MAX_KEY = 128
LOCK_NOT_AVAILABLE = "55P03"

HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "Up to 128 visible ASCII characters. The same key and body within 24 hours return the first answer; "
        "another body under the same key is 409 `idempotency_conflict`."
    ),
)


def idempotent(post: Callable[..., Response]) -> Callable[..., Response]:
    """Decorates the `post`/`create` method of a REST view. Without the header nothing changes."""

    @wraps(post)
    def answered_once(self, request: Request, *args, **kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return post(self, request, *args, **kwargs)
        _check(key)
        fingerprint = fingerprint_of(request)
        with transaction.atomic():
            kept, fresh = claim(user=request.user, path=request.path[:200], key=key, fingerprint=fingerprint)
            if not fresh:
                return _first_answer(kept, fingerprint)
            response = post(self, request, *args, **kwargs)
            kept.status = response.status_code
            kept.body = as_json(response.data).decode()
            kept.save(update_fields=["status", "body"])
            return response

    return extend_schema(parameters=[HEADER])(answered_once)


def fingerprint_of(request: Request) -> str:
    """A digest of the body's meaning: JSON without regard to key order, form fields and the content of files."""
    digest = hashlib.sha256()
    files = request.FILES
    if not files and isinstance(request.data, dict) and not hasattr(request.data, "getlist"):
        digest.update(_sorted(request.data))
        return digest.hexdigest()
    digest.update(_sorted({name: request.data.getlist(name) for name in request.data if name not in files}))
    for name in sorted(files):
        for file in files.getlist(name):
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            digest.update(_sorted([name, file.name, content.hexdigest()]))
    return digest.hexdigest()


def _sorted(data: dict | list) -> bytes:
    """JSON in one spelling. The standard library's writer: a request's number may have any length."""
    return json.dumps(data, sort_keys=True).encode()


def _check(key: str) -> None:
    if not (1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable() and key.strip()):
        raise Invalid({"Idempotency-Key": _("应为 1 至 128 个可见的 ASCII 字符。")})


def claim(*, user, path: str, key: str, fingerprint: str) -> tuple[IdempotencyKey, bool]:
    """(the row of this key, whether this request is the first of its scope). Raises Conflict when the first takes too
    long, or was still running while the user's roles changed."""
    address = {"user_id": user.pk, "path": path, "key": key}
    now_in = {"scope": user.scope.fingerprint}
    over = Q(created_at__lt=timezone.now() - LIFETIME) | ~Q(**now_in)
    try:
        with transaction.atomic(), _lock_timeout():
            IdempotencyKey.objects.filter(over, **address).delete()
            IdempotencyKey.objects.bulk_create(
                [IdempotencyKey(**address, **now_in, fingerprint=fingerprint)], ignore_conflicts=True
            )
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise _in_progress() from error
        raise
    row = IdempotencyKey.objects.filter(**address, **now_in).first()
    if row is None:
        raise _in_progress()
    return row, row.status is None  # a committed row has its answer; without one it is the row just inserted


def _in_progress() -> Conflict:
    return Conflict(_("相同的请求正在处理中，请稍后再查。"), code="in_progress")


class _lock_timeout:
    """Waits at most WAIT_SECONDS for another transaction's key; the action afterwards waits as it always does."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])

    def __exit__(self, kind, error, trace) -> None:
        if kind is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', '0', true)")


def _first_answer(kept: IdempotencyKey, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise Conflict(_("这个 Idempotency-Key 已用于内容不同的请求。"), code="idempotency_conflict")
    response = Response(orjson.loads(kept.body), status=kept.status)
    response["Idempotent-Replay"] = "true"
    return response
