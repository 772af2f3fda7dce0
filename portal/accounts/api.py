"""`auth/token` and `me` (contract.md, REST)."""

from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.kit.api import StrictSerializer, bind, refuse_unknown_parameters

from .actions import end_token, issue_token
from .authentication import TokenAuthentication
from .lockout import note_wrong_second_factor
from .models import User
from .queries import profile_of
from .second_factor import MAX_CODE, code_is_right, has_second_factor

BAD_CREDENTIALS = _("用户名或密码错误。")
CODE_NEEDED = _("该账号已启用动态口令，请同时提交 otp。")
CODE_WRONG = _("动态口令错误。")


class MembershipOutput(serializers.Serializer):
    role = serializers.CharField()
    role_label = serializers.CharField()
    label = serializers.CharField(help_text="The role and its place in words.")
    district = serializers.CharField(allow_null=True, help_text="District code.")
    town = serializers.CharField(allow_null=True, help_text="Town code.")
    department = serializers.CharField(allow_null=True, help_text="Department code.")
    institution = serializers.CharField(allow_null=True, help_text="Institution code.")
    enterprise = serializers.CharField(allow_null=True, help_text="USCC.")


class PermissionsOutput(serializers.Serializer):
    manage_users = serializers.BooleanField()
    manage_district = serializers.BooleanField()
    record_data = serializers.BooleanField()
    see_personal = serializers.BooleanField()
    self_report = serializers.BooleanField()


class ProfileOutput(serializers.Serializer):
    username = serializers.CharField()
    display_name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    memberships = MembershipOutput(many=True)
    permissions = PermissionsOutput()
    second_factor = serializers.BooleanField()


class TokenInput(StrictSerializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    otp = serializers.CharField(
        max_length=MAX_CODE,
        required=False,
        help_text="One-time or recovery code, when the user has a second factor.",
    )


class TokenOutput(serializers.Serializer):
    token = serializers.CharField(help_text="Shown once; send it as `Authorization: Token …`.")
    expires_at = serializers.DateTimeField()
    user = ProfileOutput()


class TokenView(APIView):
    """Signing in and out of a program."""

    authentication_classes = (TokenAuthentication,)

    def get_permissions(self):
        return [AllowAny()] if self.request.method == "POST" else [IsAuthenticated()]

    def get_authenticators(self):
        """A stale token in the header must not keep its owner from fetching a new one."""
        return [] if self.request and self.request.method == "POST" else super().get_authenticators()

    def get_authenticate_header(self, request: Request) -> str:
        return "Token"

    @extend_schema(
        operation_id="auth_token_create",
        summary="Sign in",
        description=(
            "A wrong user name or password is 401 `authentication_failed`; a missing one-time code 400 "
            "`otp_required`; five wrong passwords or codes in 15 minutes 429 with `Retry-After`."
        ),
        request=TokenInput,
        responses={200: TokenOutput},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        refuse_unknown_parameters(request, set())
        given = bind(TokenInput, request)
        user = _authenticated(request, given)
        token = issue_token(user=user, request=request)
        return Response({"token": token.text, "expires_at": token.row.expiry, "user": profile_of(user)})

    @extend_schema(
        operation_id="auth_token_destroy",
        summary="Sign out: ends the token that this request carries",
        request=None,
        responses={204: OpenApiResponse(description="The token has ended.")},
    )
    def delete(self, request: Request) -> Response:
        end_token(token=request.auth)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _authenticated(request: Request, given: dict) -> User:
    """The user behind the credentials. Raises 401 or, for a missing code, 400; a lock answers 429 by AxesMiddleware."""
    # The plain request: axes notes there what its middleware reads after the view.
    user = authenticate(request._request, username=given["username"], password=given["password"])
    if user is None:
        raise exceptions.AuthenticationFailed(BAD_CREDENTIALS)
    if has_second_factor(user):
        if "otp" not in given:
            raise exceptions.ValidationError({"otp": CODE_NEEDED}, code="otp_required")
        if not code_is_right(user, given["otp"]):
            note_wrong_second_factor(request._request, user.get_username())
            raise exceptions.AuthenticationFailed(CODE_WRONG)
    return user


class MeView(APIView):
    """Who the caller is."""

    @extend_schema(operation_id="me_retrieve", summary="Who am I", responses={200: ProfileOutput})
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, set())
        return Response(profile_of(request.user))
