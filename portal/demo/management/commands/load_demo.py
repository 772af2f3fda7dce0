import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.accounts.demo import suffix_of
from portal.demo.features import DISTRICTS, features_of
from portal.demo.reference import load_reference
from portal.kit.demo import DemoRun
from portal.metrics.actions import mark_dirty, recount_all
from portal.metrics.registry import counted

MAX_SCALE = 500


class Command(BaseCommand):
    help = "Loads a demo district with sign-ins and invented rows. Loading it again adds what is missing, nothing else."

    def add_arguments(self, parser):
        parser.add_argument("district", help=f"one of {', '.join(DISTRICTS)}")
        parser.add_argument(
            "--scale", type=int, default=1, metavar="K", help="K times the enterprises (default 1)"
        )

    def handle(self, *, district: str, scale: int, verbosity: int, **options):
        if district not in DISTRICTS:
            raise CommandError(f"没有名为“{district}”的演示区。现有：{'、'.join(DISTRICTS)}。")
        if not 1 <= scale <= MAX_SCALE:
            raise CommandError(f"--scale 应为 1 至 {MAX_SCALE} 的整数。")
        loaded = load_reference(district)
        demo = DemoRun(district=district, scale=scale, today=timezone.localdate())
        for name, feature in features_of(district):
            started = time.monotonic()
            feature.load(demo)
            if verbosity:
                self._tell(name, started)
        if (suffix := suffix_of(loaded)) and verbosity:
            self.stdout.write(
                f"登录名已被另一个演示区使用，本区的登录名加后缀“{suffix}”，例如 bureau{suffix}。"
            )
        mark_dirty(*(metric.code for metric in counted()))  # many features write in bulk, past their actions
        started = time.monotonic()
        recount_all()
        if verbosity:
            self._tell("指标统计", started)

    def _tell(self, name: str, started: float) -> None:
        """A line as soon as something is done, in a pipe too."""
        self.stdout.write(f"{name}：{time.monotonic() - started:.1f} 秒")
        self.stdout.flush()
