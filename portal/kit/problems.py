"""Failures as the API tells them: `{type, errors: [{code, detail, attr}]}`, never a stack trace, never SQL."""

from typing import Any, TypeVar

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DatabaseError, DataError, IntegrityError, OperationalError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from psycopg_pool import PoolTimeout
from rest_framework import exceptions, status

Row = TypeVar("Row")
BUSY_STATES = {"40001", "40P01", "55P03", "23P01"}  # serialisation, deadlock, lock timeout, exclusion


class Conflict(exceptions.APIException):
    """The row has moved on (stale version), or the move is closed. Carries what the caller needs to go on.

    `current` is the row as it stands now; `open_moves` the moves that are allowed; both optional.
    """

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = _("这条记录刚被他人修改，请查看最新内容后再提交。")

    def __init__(self, detail=None, *, code: str | None = None, current: Any = None, open_moves: Any = None):
        super().__init__(detail, code)
        self.current = current
        self.open_moves = open_moves


class Stale(Conflict):
    """A write read an older version than the one that is stored."""

    default_code = "stale"


class Invalid(exceptions.ValidationError):
    """A broken value, found by an action: `Invalid({"field": "sentence"})` or `Invalid("sentence")`."""


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("请求内容过大。")


class Unavailable(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = _("系统暂时无法访问数据库，请稍后再试。您的数据没有被改动。")


def or_404(row: Row | None) -> Row:
    """The row; a missing one and one outside the scope are 404 alike, on a page and over REST."""
    if row is None:
        raise Http404
    return row


def sentence(error: Invalid | Conflict) -> str:
    """A refusal as one text."""
    details = error.detail if isinstance(error.detail, dict) else {None: error.detail}
    texts = [text for found in details.values() for text in (found if isinstance(found, list) else [found])]
    return " ".join(str(text) for text in texts)


def translate(error: Exception) -> Exception:
    """Database and Django errors as API errors: a race becomes 409, a refused value 400, a lost database 503."""
    if isinstance(error, DjangoValidationError):
        return exceptions.ValidationError(
            error.message_dict if hasattr(error, "error_dict") else error.messages
        )
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation):  # more fields or files than a form has
        return exceptions.ParseError(_("请求无法识别，请检查后重新提交。"))
    state = getattr(getattr(error, "__cause__", None), "sqlstate", None) or ""
    if isinstance(error, DatabaseError) and state in BUSY_STATES:
        return Conflict(_("同时有其他操作正在修改这条记录，请重试。"), code="busy")
    if isinstance(error, IntegrityError):
        if state == "23505":
            return Conflict(_("已存在相同的记录。"), code="duplicate")
        return exceptions.ValidationError(_("数据不符合要求，未保存。"), code="constraint")
    if isinstance(error, DataError):
        return exceptions.ValidationError(_("数值超出允许范围或含有不支持的字符。"), code="invalid")
    if isinstance(error, OperationalError | PoolTimeout):
        return Unavailable()
    return error
