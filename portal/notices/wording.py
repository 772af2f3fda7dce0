"""What is said about a message on its way."""

from django.utils.translation import gettext_lazy as _

from .models import Channel

NO_GATEWAY = {
    Channel.EMAIL: _("邮件网关尚未配置，配置后自动发送。"),
    Channel.SMS: _("短信网关尚未配置，配置后自动发送。"),
    Channel.WECOM: _("企业微信网关尚未配置，配置后自动发送。"),
}
AWAY = _("网关暂时无法连接（%(reason)s），将自动重试。")
REFUSED = _("网关拒绝了这条消息（%(reason)s）。")
GIVEN_UP = _("多次尝试仍未送达（%(reason)s），已停止自动重试。")
STALE = _("消息已超过 7 天，不再发送。")
