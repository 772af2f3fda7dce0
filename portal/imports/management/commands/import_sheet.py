"""`manage.py import_sheet KIND FILE [--commit] [--errors OUT.xlsx]`: the web import's way, without web and broker."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException

from portal.accounts.models import User
from portal.imports import actions, storage
from portal.imports.error_workbook import write_error_workbook
from portal.imports.models import SheetImport, SheetImportRow
from portal.imports.registry import kinds
from portal.jobs.runner import run_now

SHOWN_ERRORS = 20
EXIT_BAD_ROWS = 2


class Command(BaseCommand):
    help = "Checks a sheet, and with --commit writes it. Exit status: 0 no bad rows, 2 bad rows, 1 unusable file."

    def add_arguments(self, parser) -> None:
        parser.add_argument("kind", choices=[kind.code for kind in kinds()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="write the rows when none is bad")
        parser.add_argument(
            "--skip-invalid",
            action="store_true",
            help="with --commit: write the good rows, leave the bad ones",
        )
        parser.add_argument(
            "--errors", type=Path, metavar="OUT.xlsx", help="write the bad rows to this workbook"
        )
        parser.add_argument(
            "--user", help="act as this user, in that user's scope (default: the whole district)"
        )

    def handle(
        self, *, kind: str, file: Path, commit: bool, skip_invalid: bool, errors, user, **options
    ) -> None:
        by = self._user(user)
        if not file.is_file():
            raise CommandError(f"{file}：没有这个文件。")
        stored, sha256, size = storage.keep_copy(file)
        try:
            sheet_import = actions.start_import(
                kind=kind, filename=file.name, stored=stored, sha256=sha256, size=size, by=by
            )
        except APIException as error:
            storage.remove(stored)
            raise CommandError(str(error.detail)) from error
        self._run(sheet_import)
        self._report(sheet_import)
        if errors and sheet_import.invalid:
            write_error_workbook(sheet_import, errors)
            self.stdout.write(f"有误的行已写入 {errors}")
        if commit and sheet_import.valid and (skip_invalid or not sheet_import.invalid):
            sheet_import = actions.request_commit(sheet_import=sheet_import, by=by, skip_invalid=skip_invalid)
            self._run(sheet_import)
            self.stdout.write(
                f"已写入：新建 {sheet_import.created}，变更 {sheet_import.updated}，不变 {sheet_import.unchanged}"
            )
        else:
            if commit:
                self.stdout.write("有误的行未更正，没有写入任何数据。")
            actions.cancel_import(sheet_import=sheet_import, by=by or _("管理命令"))
        if sheet_import.invalid:
            raise SystemExit(EXIT_BAD_ROWS)

    def _user(self, name: str | None) -> User | None:
        if not name:
            return None
        try:
            return User.objects.get(username=name, is_active=True)
        except User.DoesNotExist as error:
            raise CommandError(f"没有用户 {name}。") from error

    def _run(self, sheet_import: SheetImport) -> None:
        run_now(sheet_import.job)
        sheet_import.refresh_from_db()
        if sheet_import.status == SheetImport.Status.FAILED:
            raise CommandError(sheet_import.message)

    def _report(self, sheet_import: SheetImport) -> None:
        self.stdout.write(
            f"共 {sheet_import.total} 行：有效 {sheet_import.valid}，有误 {sheet_import.invalid}；"
            f"新建 {sheet_import.created}，变更 {sheet_import.updated}，不变 {sheet_import.unchanged}"
        )
        if sheet_import.message:
            self.stdout.write(sheet_import.message)
        bad = sheet_import.rows.filter(outcome=SheetImportRow.Outcome.INVALID).order_by("row_no")
        shown = 0
        for row in bad[:SHOWN_ERRORS]:
            for error in row.errors:
                shown += 1
                if shown <= SHOWN_ERRORS:
                    self.stdout.write(
                        f"第 {row.row_no} 行 {error['column']}：{error['message']} 现为“{error['value']}”"
                    )
        if sheet_import.invalid > SHOWN_ERRORS:
            self.stdout.write("……其余错误请用 --errors 导出查看。")
