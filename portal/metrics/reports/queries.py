"""Every read of bulletins, from what the user may see."""

from django.db.models import QuerySet

from portal.accounts.models import User

from .models import Report, ReportFile


def listed(user: User) -> QuerySet[Report]:
    """The bulletins in the user's scope, without their figures."""
    rows = Report.objects.visible_to(user).select_related("district", "requested_by", "job")
    return rows.defer("content")


def one(user: User, pk) -> Report | None:
    """A bulletin with its figures; None outside the scope."""
    rows = Report.objects.visible_to(user).select_related("district", "requested_by", "job")
    return rows.filter(pk=pk).first()


def file_of(report: Report, format: str) -> bytes | None:
    """The file as it was made; None when there is none of that format."""
    content = (
        ReportFile.objects.filter(report=report, format=format).values_list("content", flat=True).first()
    )
    return None if content is None else bytes(content)
