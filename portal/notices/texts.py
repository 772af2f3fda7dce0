"""What a channel carries of a notice: a text message is short, a mail has room for a link."""

from django.conf import settings
from django.utils.translation import gettext as _

from .models import Channel, Notice

SMS_LENGTH = 300


def text_of(notice: Notice, channel: str) -> str:
    """The text for a channel. The link is given only when the portal knows its own address."""
    if channel == Channel.SMS:
        return notice.body[:SMS_LENGTH]
    if notice.link and settings.PORTAL_URL:
        return "\n\n".join((notice.body, _("查看详情：%(url)s") % {"url": settings.PORTAL_URL + notice.link}))
    return notice.body
