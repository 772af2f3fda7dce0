"""Who may import and export, and which step an import may take next. Pure."""

from django.utils.translation import gettext_lazy as _

# The moves of an import: from → {move: to}.
MOVES = {
    "queued": {"start": "checking", "cancel": "cancelled", "fail": "failed"},
    "checking": {"checked": "ready", "restart": "checking", "cancel": "cancelled", "fail": "failed"},
    "ready": {"commit": "committing", "cancel": "cancelled"},
    "committing": {"committed": "done", "recheck": "queued", "fail": "failed"},
    "done": {},
    "failed": {},
    "cancelled": {},
}
CLOSED = {
    "queued": _("导入还在检查，检查完成后才能提交。"),
    "checking": _("导入还在检查，检查完成后才能提交。"),
    "committing": _("这次导入正在写入，请稍候。"),
    "done": _("这次导入已经完成，不能再次操作。"),
    "failed": _("这次导入已经失败，请更正文件后重新上传。"),
    "cancelled": _("这次导入已经取消，请重新上传。"),
}


def can_import(user) -> bool:
    """Bureau, station and admin bring in data; everybody else may not (403)."""
    return user.scope.is_staff


def can_export(user) -> bool:
    """Who reads lists of enterprises may take them along; a leader without the personal columns."""
    return user.scope.is_staff or bool(user.scope.districts or user.scope.enterprises)


def open_moves(status: str) -> list[str]:
    """The moves a person may make from here: commit, cancel."""
    return [move for move in ("commit", "cancel") if move in MOVES[status]]


def why_closed(status: str, move: str) -> str:
    """The sentence for a move that is not open."""
    if status == "committing" and move == "cancel":
        return str(_("数据正在写入，已不能取消。"))
    return str(CLOSED.get(status, _("现在不能进行这项操作。")))
