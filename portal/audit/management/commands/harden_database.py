"""`manage.py harden_database ROLE`: the application's role gets what it needs and not the right to rewrite history.

For an outside database with two roles: the owner, who migrates, and ROLE, in the application's DATABASE_URL. Run as
the owner after every migration. Append-only tables: SELECT and INSERT. Everything else: no TRUNCATE, no DDL (F10).
"""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

from portal.audit.models import HistorySeal
from portal.audit.queries import append_only_tables


class Command(BaseCommand):
    help = (
        "Grants the application's database role only what it needs: history can be added to, never changed."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("role", help="the database role that the application connects as")

    @transaction.atomic
    def handle(self, *args, role: str, **options) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
            found = cursor.fetchone()
            if found is None:
                raise CommandError(f"There is no database role {role}.")
            if found[0]:
                raise CommandError(f"{role} is a superuser; no grant can bind it.")
            cursor.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tableowner = %s", [role])
            if cursor.fetchone():
                raise CommandError(
                    f"{role} owns tables; an owner may always rewrite them. Migrate as another role."
                )
            for statement in self.statements(role):
                cursor.execute(statement)
        self.stdout.write(f"{role}: history is append-only")

    def statements(self, role: str) -> list[sql.Composed]:
        name = sql.Identifier(role)
        history = [*append_only_tables(), HistorySeal._meta.db_table]
        texts = [
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "REVOKE UPDATE, DELETE ON django_migrations FROM {role}",
            "REVOKE DELETE ON pghistory_context FROM {role}",
        ]
        composed = [sql.SQL(text).format(role=name) for text in texts]
        revoke = sql.SQL("REVOKE UPDATE, DELETE ON {table} FROM {role}")
        return composed + [revoke.format(table=sql.Identifier(table), role=name) for table in history]
