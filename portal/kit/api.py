"""What every REST view shares: strict parsing, fast rendering, known query parameters only, versions."""

import json
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    DecimalField,
    DictField,
    Field,
    IntegerField,
    ListField,
    ManyRelatedField,
    Serializer,
    SlugRelatedField,
)

from .problems import Stale, TooLarge
from .text import clean_line

MAX_DEPTH = 32
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,24}(\.[0-9]{1,12})?")
PAGING_PARAMETERS = frozenset({"page_size", "cursor", "count", "ordering", "search"})


class SessionAuthentication(authentication.SessionAuthentication):
    """The portal's own pages call the API with their session (CSRF enforced). No session is 401, not 403."""

    def authenticate_header(self, request) -> str:
        return "Token"

    def enforce_csrf(self, request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(_("页面已过期，请刷新页面后重新提交。")) from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("duplicate key")
    return result


def _check(value: Any, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("too deep")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("out of range")  # 1e999
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("NUL")
        value.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth + 1)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def _read(stream) -> bytes:
    """The body, never more than DATA_UPLOAD_MAX_MEMORY_SIZE of it. Raises TooLarge (413)."""
    body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLarge()
    return body


class StrictJSONParser(BaseParser):
    """JSON without the traps of reliability F16 and F17: depth, NUL, surrogates, duplicate keys, NaN → 400."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        def refuse(name: str):
            raise ValueError(name)

        try:
            text = _read(stream).decode()
            data = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=refuse)
            _check(data)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_("请求内容不是有效的 JSON。")) from error
        if not isinstance(data, dict):
            raise exceptions.ParseError(_("请求内容应为 JSON 对象。"))
        return data


class UploadParser(MultiPartParser):
    """A form with files; a broken one is told in a sentence."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except exceptions.ParseError as error:
            raise exceptions.ParseError(_("上传的内容不完整或格式有误，请重新上传。")) from error


def _plain(value: Any) -> str:
    """Moments on the district's clock, with its offset, wherever they come from; Decimals and lazy translations as
    text."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def as_json(data: Any) -> bytes:
    """What the interface answers, as it is sent and as it is kept."""
    option = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
    return orjson.dumps(data, default=_plain, option=option)


class OrjsonRenderer(BaseRenderer):
    """JSON by orjson."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        if data is None:
            return b""
        return as_json(data)


def refuse_unknown_parameters(request: Request, known: set[str] | frozenset[str]) -> None:
    """Raises 400 for a query parameter nobody reads, and for a filter in which nothing can be seen (`?status=%00`): a
    misspelt or garbled filter must not answer with the whole list (F17)."""
    errors = {
        name: _detail(_("没有这个查询参数。"), "unknown_parameter")
        for name in request.query_params
        if name not in known and name not in PAGING_PARAMETERS and name != "format"
    } | {
        name: _detail(_("请求无法识别，请检查后重新提交。"), "invalid")
        for name in {*known, "search"}
        if (value := request.query_params.get(name)) and not clean_line(value)
    }
    if errors:
        raise exceptions.ValidationError(errors)


class StrictSerializer(Serializer):
    """Input that refuses fields it does not know (F17), numbers in odd spellings: `1_000`, `٣`, `1e3` (F18), and
    numbers where a text or a code belongs: the code 0012 is not the number 12. What must be filled in must be seen."""

    def to_internal_value(self, data):
        if hasattr(data, "keys"):
            errors = {
                name: _detail(_("没有这个字段。"), "unknown_field")
                for name in data
                if name not in self.fields
            }
            for name, field in self.fields.items():
                value = data.get(name)
                if isinstance(field, IntegerField | DecimalField):
                    if isinstance(value, str) and value and not PLAIN_NUMBER.fullmatch(value):
                        errors[name] = _detail(_("请填写数字，例如 12 或 12.50。"), "invalid")
                elif _holds_number(field, value):
                    errors[name] = _detail(_("请填写文本，并加上引号。"), "invalid")
                elif _cannot_be_seen(field, value):
                    errors[name] = _detail(field.error_messages["blank"], "blank")
            if errors:
                raise exceptions.ValidationError(errors)
        return super().to_internal_value(data)


def _holds_number(field: Field, value: Any) -> bool:
    """Whether a number stands where the field, or an item of it, is a text."""
    if isinstance(field, ListField | DictField):
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return any(_holds_number(field.child, item) for item in items)
    if isinstance(field, ManyRelatedField):
        return isinstance(value, list) and any(_holds_number(field.child_relation, item) for item in value)
    return isinstance(field, CharField | SlugRelatedField) and isinstance(value, int | float)


def _cannot_be_seen(field: Field, value: Any) -> bool:
    """Whether a text that must not be empty holds only characters that nobody sees (F17)."""
    must = isinstance(field, CharField) and not field.allow_blank
    return must and isinstance(value, str) and bool(value.strip()) and not clean_line(value)


def _detail(text: str, code: str) -> list[exceptions.ErrorDetail]:
    return [exceptions.ErrorDetail(text, code=code)]


def bind(serializer: type[Serializer], request: Request, **kwargs: Any) -> dict:
    """The validated input of a request. Raises 400 with every broken field."""
    bound = serializer(data=request.data, context={"request": request}, **kwargs)
    bound.is_valid(raise_exception=True)
    return bound.validated_data


def require_version(given: int | None, stored: int, current: Any) -> None:
    """Raises Stale (409, with the row as it stands) when the caller read another version than the stored one."""
    if given is not None and given != stored:
        raise Stale(current=current)


@contextmanager
def showing_current(detail: Callable[[], Any]) -> Iterator[None]:
    """A write in the block that had read an older version is answered (409) with the row as it stands."""
    try:
        yield
    except Stale as stale:
        stale.current = detail()
        raise


def answered(save: Callable[[], object], detail: Callable[[], Any], *, status: int = 200) -> Response:
    """Saves and answers the row as it is now; a stale version is answered with it too."""
    with showing_current(detail):
        save()
    return Response(detail(), status=status)
