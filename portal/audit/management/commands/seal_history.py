"""`manage.py seal_history`: what beat does every minute, by hand."""

from django.core.management.base import BaseCommand

from portal.audit.seal import seal_history


class Command(BaseCommand):
    help = "Seals history that has settled since the last pass. Run it twice to seal what was just written."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"{seal_history()} rows sealed")
