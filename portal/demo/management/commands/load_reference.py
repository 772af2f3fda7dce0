from django.core.management.base import BaseCommand, CommandError

from portal.demo.reference import available_districts, load_reference


class Command(BaseCommand):
    help = (
        "Loads a district's reference rows (towns, offices, departments, kinds of organisations). Idempotent."
    )

    def add_arguments(self, parser):
        parser.add_argument("district", help="slug, e.g. songjiang")

    def handle(self, *, district: str, **options):
        known = available_districts()
        if district not in known:
            raise CommandError(f"没有“{district}”的基础数据。现有：{'、'.join(known)}。")
        loaded = load_reference(district)
        self.stdout.write(
            f"{loaded.name}：{loaded.towns.count()} 个街镇、{loaded.departments.count()} 个部门已就绪。"
        )
