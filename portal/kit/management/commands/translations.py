"""`manage.py translations --write | --check | --compile`: keeps the English catalogue complete."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.kit import catalogue


class Command(BaseCommand):
    help = "Update, check or compile locale/en from the strings found in the project."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        group = parser.add_mutually_exclusive_group(required=True)
        group.add_argument("--write", action="store_true", help="add new strings, drop unused ones")
        group.add_argument("--check", action="store_true", help="exit 1 unless complete")
        group.add_argument("--compile", action="store_true", help="build the .mo file")

    def handle(self, *args, **options) -> None:
        root = settings.BASE_DIR
        if options["write"]:
            self.stdout.write(f"{catalogue.update(root)} strings lack an English text")
        elif options["compile"]:
            catalogue.compile_catalogue(root)
        else:
            problems = catalogue.problems(root)
            for line in problems:
                self.stderr.write(line)
            if problems:
                raise CommandError(f"The English catalogue is not complete: {len(problems)} problems.")
