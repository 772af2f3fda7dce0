"""What of this package can be taken along as a file, as the export engine finds it."""

from django.utils.translation import gettext_lazy as _

from portal.imports.registry import ExportKind, register_export

from .booking import export
from .workorders import export as orders

SERVICE_COMPARISON = register_export(
    ExportKind("service_comparison", _("服务对比"), export.comparison_table, export.check_comparison)
)
BOOKINGS = register_export(ExportKind("bookings", _("预约名单"), export.booking_table, export.check_bookings))
DEMANDS = register_export(ExportKind("demands", _("诉求清单"), orders.demand_table, orders.check_demands))
