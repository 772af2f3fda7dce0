"""The filters of the board that somebody keeps under a name."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Invalid
from portal.kit.text import clean_line

from ..models import SavedFilter

MOST = 30


@transaction.atomic
def save_filter(*, by: User, name: str, query: str) -> SavedFilter:
    """Keeps a filter; the own one of the same name is written over. Raises Invalid for no name, or too many."""
    name = clean_line(name)[:40]
    if not name:
        raise Invalid({"name": _("请填写名称。")})
    own = SavedFilter.objects.filter(user=by)
    if own.exclude(name=name).count() >= MOST:
        raise Invalid({"name": _("最多保存 %(most)d 个常用筛选。") % {"most": MOST}})
    row, _is_new = SavedFilter.objects.update_or_create(user=by, name=name, defaults={"query": query[:500]})
    return row


def remove_filter(*, by: User, pk: int) -> bool:
    """Whether there was such an own filter."""
    return bool(SavedFilter.objects.filter(user=by, pk=pk).delete()[0])
