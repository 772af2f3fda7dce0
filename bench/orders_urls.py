"""The portal's addresses and the reference endpoint of bench/orders.py."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.urls import urlpatterns as portal
from services.workorders.models import Demand


class UpdateView(APIView):
    """Authenticates and updates one row; nothing is checked, recorded or told."""

    def post(self, request: Request, number: str) -> Response:
        Demand.objects.filter(number=number).update(comment=request.data["text"])
        return Response({"number": number})


urlpatterns = [path("bench/update/<str:number>", UpdateView.as_view()), *portal]
