"""The portal's addresses and the reference endpoint of bench/orders.py."""

from django.db import transaction
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.urls import urlpatterns as portal
from services.workorders.models import Demand


class UpdateView(APIView):
    """Authenticates by the same token, reads a body and updates one row in a transaction; nothing is checked, recorded
    or told."""

    def post(self, request: Request, number: str) -> Response:
        with transaction.atomic():
            Demand.objects.filter(number=number).update(comment=request.data["text"])
        return Response({"number": number})


urlpatterns = [*portal, path("api/v1/bench/update/<str:number>", UpdateView.as_view())]
