"""The demo's timelines: branches of single enterprises come with their profiles by COPY, their history here."""

from chains.party.actions import complete_timelines
from portal.kit.demo import DemoRun
from portal.territory.models import District


def load(demo: DemoRun) -> None:
    complete_timelines(district_id=District.objects.get(slug=demo.district).pk)
