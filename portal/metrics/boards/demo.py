"""The demo's boards: the seven that 宝山 publishes every month, a few in the other districts. Found again by name."""

from portal.accounts.demo import demo_user
from portal.kit.demo import DemoRun
from portal.territory.models import District

from .actions import create_board
from .models import PioneerBoard

SEVEN = (  # (name, figure, ranked by)
    ("“支部活力”先锋榜", "activities_held", "town"),
    ("“党员参与”先锋榜", "activity_attendances", "station"),
    ("“摸排走访”先锋榜", "surveys_done", "station"),
    ("“组织建设”先锋榜", "organizations_formal", "town"),
    ("“有效覆盖”先锋榜", "coverage_effective_rate", "town"),
    ("“链上聚合”先锋榜", "chain_places", "chain"),
    ("“以大带小”先锋榜", "party_guidance_links", "chain"),
)
BOUGHT = ("“链内协作”先锋榜", "intra_chain_amount", "chain")
BOARDS = {"baoshan": SEVEN, "songjiang": (*SEVEN[:3], BOUGHT)}


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    clerk = demo_user(district, "bureau")
    known = set(PioneerBoard.objects.filter(district=district).values_list("name", flat=True))
    for name, metric, rank_by in BOARDS.get(demo.district, SEVEN[:3]):
        if name not in known:
            create_board(district=district, by=clerk, name=name, metric=metric, rank_by=rank_by)
