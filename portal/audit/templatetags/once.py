"""`{% once %}` inside a form: sent twice by an impatient finger, it acts once (portal/audit/once.py)."""

import secrets

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """The hidden key of a form: new each time the form is shown."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(16))
