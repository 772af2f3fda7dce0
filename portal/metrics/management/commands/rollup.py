"""`manage.py rollup [--full|--drain] [--check]`: brings the figures up to date and compares them with their rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.metrics.actions import check_all, drain, recount_all


class Command(BaseCommand):
    """Exit 0: done (and nothing differs); 1: a figure failed, or a cell differs from a fresh count."""

    help = "Drain dirty keys (default) or recount everything; --check compares every cell with a fresh count."

    def add_arguments(self, parser: CommandParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--drain", action="store_true", help="recount what actions have marked (default)")
        mode.add_argument("--full", action="store_true", help="recount everything")
        parser.add_argument(
            "--check", action="store_true", help="compare with a fresh count; exit 1 on any difference"
        )

    def handle(self, *, full: bool, check: bool, **options: Any) -> None:
        run = recount_all() if full else drain(wait=True)
        errors = dict(run.errors) if run else {}
        if run:
            self.stdout.write(
                f"{run.get_kind_display()}：{run.metrics} 个指标，改动 {run.cells} 个单元格，差异 {run.differences} 处"
            )
            for found in run.found.all()[:50] if run.differences else ():
                self._show(found)
        cells = []
        if check:
            cells, failed = check_all()
            errors |= failed
            for cell in cells[:50]:
                self._show(cell)
            self.stdout.write(f"核对：{len(cells)} 处差异" if cells else "核对：没有差异")
        for code, error in errors.items():
            self.stderr.write(f"{code}：{error}")
        if cells or errors:
            raise SystemExit(1)

    def _show(self, cell: Any) -> None:
        self.stdout.write(
            f"  {cell.metric} {cell.day} 区 {cell.district_id} 街镇 {cell.town_id} 产业链 {cell.chain_id}："
            f"原值 {cell.kept}，重新统计 {cell.counted}"
        )
