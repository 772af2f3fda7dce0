"""What the top bar shows of messages."""

from django import template

from portal.accounts.models import User
from portal.notices import queries, rules

register = template.Library()


@register.simple_tag
def unread_notices(user: User) -> str:
    """How many messages wait: "", "3" or "99+". One query."""
    count = queries.unread_count(user)
    return f"{rules.UNREAD_CAP}+" if count > rules.UNREAD_CAP else str(count or "")
