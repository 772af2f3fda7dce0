"""The portal's addresses and the reference endpoint of bench/booking.py."""

import itertools

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.urls import urlpatterns as portal
from services.booking.models import Booking


class InsertView(APIView):
    """Authenticates and inserts one row, the same that a booking is; nothing is checked and no place is taken.

    `template` is a row of the bench, read once by the caller.
    """

    template: dict = {}
    numbers = itertools.count(1)

    def post(self, request: Request) -> Response:
        given = request.data
        row = Booking.objects.create(
            **self.template,
            number=f"B{next(self.numbers)}",
            session_id=given["session"],
            mode=given["mode"],
            subject=given["subject"],
            contact_name=given["contact_name"],
            contact_phone=given["contact_phone"],
            status="cancelled",
            check_in_code="000000",
            booked_by=request.user,
        )
        return Response({"number": row.number}, status=201)


urlpatterns = [path("bench/insert", InsertView.as_view()), *portal]
