"""What every REST view shares: strict parsing, fast rendering, known query parameters only, versions."""

import json
import math
import re
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.serializers import DecimalField, IntegerField, Serializer

from .problems import Stale, TooLarge

MAX_DEPTH = 32
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,24}(\.[0-9]{1,12})?")
PAGING_PARAMETERS = frozenset({"page_size", "cursor", "count", "ordering", "search"})


class SessionAuthentication(authentication.SessionAuthentication):
    """The portal's own pages call the API with their session (CSRF enforced). No session is 401, not 403."""

    def authenticate_header(self, request) -> str:
        return "Token"


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


class OrjsonRenderer(BaseRenderer):
    """JSON by orjson; Decimals and lazy translations as text."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


def refuse_unknown_parameters(request: Request, known: set[str] | frozenset[str]) -> None:
    """Raises 400 for a query parameter nobody reads: a misspelt filter must not answer with the whole list (F17)."""
    errors = {
        name: _detail(_("没有这个查询参数。"), "unknown_parameter")
        for name in request.query_params
        if name not in known and name not in PAGING_PARAMETERS and name != "format"
    }
    if errors:
        raise exceptions.ValidationError(errors)


class StrictSerializer(Serializer):
    """Input that refuses fields it does not know (F17) and numbers in odd spellings: `1_000`, `٣`, `1e3` (F18)."""

    def to_internal_value(self, data):
        if hasattr(data, "keys"):
            errors = {
                name: _detail(_("没有这个字段。"), "unknown_field")
                for name in data
                if name not in self.fields
            }
            for name, field in self.fields.items():
                value = data.get(name) if isinstance(field, IntegerField | DecimalField) else None
                if isinstance(value, str) and value and not PLAIN_NUMBER.fullmatch(value):
                    errors[name] = _detail(_("请填写数字，例如 12 或 12.50。"), "invalid")
            if errors:
                raise exceptions.ValidationError(errors)
        return super().to_internal_value(data)


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
