"""`manage.py rotate_field_keys`: put the new key first in FIELD_KEYS, restart, run this, then drop the old key."""

from django.core.management.base import BaseCommand

from portal.accounts.rotation import rotate_field_keys


class Command(BaseCommand):
    help = "Re-encrypts every sensitive column with the newest of FIELD_KEYS. Safe to repeat; runs beside the portal."

    def handle(self, *args, **options) -> None:
        for table, rows in rotate_field_keys().items():
            self.stdout.write(f"{table}: {rows}")
