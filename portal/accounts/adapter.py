"""What of allauth is open here: signing in and out, the own password, the second factor. No sign-up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from portal.kit.address import client_address
from portal.kit.encryption import decrypt, encrypt

from .actions import change_own_password

SECRET_CONTEXT = "accounts.Authenticator.secret"  # noqa: S105 - what a ciphertext is bound to


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def is_safe_url(self, url) -> bool:
        """Whether the page after signing in is one of ours; an address that cannot even be read is not."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def set_password(self, user, password: str) -> None:
        change_own_password(user=user, password=password)

    def get_client_ip(self, request) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104 - unknown; nothing is bound to it

    def send_notification_mail(self, *args, **kwargs) -> None:
        """The portal has no e-mail addresses of its users; the security page shows what happened instead."""


class MFAAdapter(DefaultMFAAdapter):
    """TOTP secrets and recovery seeds are encrypted at rest like other sensitive fields."""

    def encrypt(self, text: str) -> str:
        return encrypt(text, SECRET_CONTEXT)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, SECRET_CONTEXT)
