"""Fields that name an organisation: a district may have tens of thousands, so it is typed, with the nearest suggested."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from portal.kit.text import clean_line

from ..models import PartyOrganization
from ..queries.organizations import by_code_or_name


class SuggestInput(forms.TextInput):
    """A line of text with suggestions by the browser itself (datalist): works without JavaScript and by keyboard."""

    suggestions: Iterable[str] = ()

    def render(self, name, value, attrs=None, renderer=None) -> str:
        key = f"{(attrs or {}).get('id', name)}-suggestions"
        text = super().render(name, value, {**(attrs or {}), "list": key, "autocomplete": "off"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((one,) for one in self.suggestions))
        return format_html('{}<datalist id="{}">{}</datalist>', text, key, options)


class OrganizationField(forms.CharField):
    """An active organisation in the user's scope, by code or whole name; None when left blank."""

    widget = SuggestInput

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=120, **kwargs)
        self.user: Any = None
        self.words: dict[str, Any] = {}  # further words with a meaning of their own, e.g. 无组织

    def offer(self, user, rows: Iterable[PartyOrganization], words: dict[str, Any] | None = None) -> None:
        """Whose organisations may be named, which are suggested, and further words."""
        self.user, self.words = user, words or {}
        self.widget.suggestions = [*self.words, *(row.name for row in rows)]

    def clean(self, value: Any) -> Any:
        text = clean_line(super().clean(value))
        if not text:
            return None
        if text in self.words:
            return self.words[text]
        found = by_code_or_name(self.user, text)
        if found is None:
            raise forms.ValidationError(
                _("没有编号或名称为“%(text)s”的现有党组织。") % {"text": text}, code="unknown"
            )
        return found
