"""Canned replies; the removal of old personal data, with a row that proves each pass."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chains", "0006_alliances"),
        ("enterprises", "0010_ledger_counted"),
        ("services", "0012_workorders_board"),
        ("territory", "0002_areas_and_elements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CannedReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("move", models.CharField(max_length=20, verbose_name="用于")),
                ("title", models.CharField(max_length=40, verbose_name="名称")),
                ("text", models.CharField(max_length=300, verbose_name="内容")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
            ],
            options={
                "verbose_name": "常用语",
                "verbose_name_plural": "常用语",
                "ordering": ("move", "position", "id"),
            },
        ),
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ran_at", models.DateTimeField(verbose_name="执行时间")),
                ("ended_before", models.DateField(verbose_name="清理此日前办结的诉求")),
                ("demands", models.PositiveIntegerField(verbose_name="清理诉求")),
                ("texts", models.PositiveIntegerField(verbose_name="脱敏文本")),
                ("files", models.PositiveIntegerField(verbose_name="删除附件")),
                ("size", models.PositiveBigIntegerField(verbose_name="附件大小（字节）")),
                ("left", models.PositiveIntegerField(verbose_name="尚未清理")),
            ],
            options={
                "verbose_name": "个人信息清理记录",
                "verbose_name_plural": "个人信息清理记录",
                "ordering": ("-ran_at", "-id"),
            },
        ),
        migrations.AddField(
            model_name="demand",
            name="masked_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="个人信息清理时间"
            ),
        ),
        migrations.AddIndex(
            model_name="demand",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False), ("masked_at__isnull", True)),
                fields=["closed_at"],
                name="demand_to_mask",
            ),
        ),
        migrations.AddField(
            model_name="cannedreply",
            name="district",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territory.district",
                verbose_name="区",
            ),
        ),
        migrations.AddField(
            model_name="retentionrun",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="执行人",
            ),
        ),
        migrations.AddField(
            model_name="retentionrun",
            name="district",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territory.district",
                verbose_name="区",
            ),
        ),
        migrations.AddConstraint(
            model_name="cannedreply",
            constraint=models.UniqueConstraint(
                fields=("district", "move", "title"), name="canned_reply_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="cannedreply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "move__in",
                        ["ask", "extend", "refuse_extension", "reject", "report", "resolve", "return"],
                    )
                ),
                name="canned_reply_move_known",
            ),
        ),
        migrations.AddIndex(
            model_name="retentionrun",
            index=models.Index(fields=["district", "-ran_at"], name="retention_run_recent"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="retentionrun",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d2a09bf5685170eeea6a4c2dd4f8308b2153d588",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_57bad",
                    table="services_retentionrun",
                    when="BEFORE",
                ),
            ),
        ),
    ]
