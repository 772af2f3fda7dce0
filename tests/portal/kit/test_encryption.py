"""Sensitive fields: unreadable, bound to their place, and movable to a new key."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from portal.kit.encryption import Undecryptable, blind_index, decrypt, encrypt

OLD, NEW, INDEX = (
    f"{name}:{base64.urlsafe_b64encode(bytes([n]) * 32).decode()}"
    for n, name in enumerate(("k1", "k2", "idx"), 1)
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.FIELD_KEYS = OLD


@given(text=TEXT)
def test_what_was_encrypted_reads_back(text):
    assert decrypt(encrypt(text, "a.B.c"), "a.B.c") == text


def test_two_encryptions_differ_and_their_index_agrees():
    first, second = encrypt("张三", "a.B.c"), encrypt("张三", "a.B.c")
    assert first != second
    assert first.startswith("v1:k1:")
    assert blind_index("张三", "a.B.c") == blind_index("张三", "a.B.c") != blind_index("张三", "a.B.d")


@pytest.mark.parametrize(
    "stored", ["x", "v1:k1:AA:AA", "v2:k1:AA:AA", "v1:k9:AA:AA", "v1:k1:::", "v1:k1:!!!:!!!", "13800138000"]
)
def test_what_we_did_not_write_is_refused(stored):
    with pytest.raises(Undecryptable):
        decrypt(stored, "a.B.c")


def test_a_text_moved_to_another_field_is_refused():
    with pytest.raises(Undecryptable):
        decrypt(encrypt("张三", "a.B.c"), "a.B.d")


@pytest.mark.parametrize(
    "keys", ["", "k1:short", "k1", f"{OLD},{OLD}", "idx:" + "ab" * 32, "k 1:" + "ab" * 32]
)
def test_broken_keys_stop_the_start(settings, keys):
    settings.FIELD_KEYS = keys
    with pytest.raises(ImproperlyConfigured):
        encrypt("张三", "a.B.c")


@pytest.mark.parametrize("key", ["ab" * 32, base64.b64encode(b"\xfb" * 32).decode(), "k3:" + "ab" * 32])
def test_keys_in_hex_and_base64_with_and_without_name(settings, key):
    settings.FIELD_KEYS = key
    assert decrypt(encrypt("张三", "a.B.c"), "a.B.c") == "张三"


def test_a_new_key_leaves_the_blind_index(settings):
    before = blind_index("张三", "a.B.c")
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    assert blind_index("张三", "a.B.c") == before
    settings.FIELD_KEYS = f"{OLD},{INDEX}"
    explicit = blind_index("张三", "a.B.c")
    settings.FIELD_KEYS = f"{NEW},{INDEX}"
    assert blind_index("张三", "a.B.c") == explicit


@pytest.mark.django_db
def test_rotation_moves_live_rows_history_and_second_factors(settings, capsys):
    from allauth.mfa.totp.internal.auth import TOTP

    from enterprises.profile.models import PartyProfile
    from portal.audit.history import history_of
    from tests.factories.accounts import make_user
    from tests.factories.enterprises import PartyProfileFactory

    profile = PartyProfileFactory(with_personal=True)
    name, phone = profile.secretary_name, profile.secretary_phone
    TOTP.activate(make_user("bureau"), "JBSWY3DPEHPK3PXP")
    events = PartyProfile.pgh_event_model.objects.count()

    settings.FIELD_KEYS = f"{NEW},{OLD}"
    call_command("rotate_field_keys")
    assert "enterprises_partyprofile: 1" in capsys.readouterr().out
    settings.FIELD_KEYS = NEW  # the old key is gone
    call_command("rotate_field_keys")  # writes the blind index anew
    profile = PartyProfile.objects.get(pk=profile.pk)
    assert (profile.secretary_name, profile.secretary_phone) == (name, phone)
    assert profile.secretary_name_bidx == blind_index(name, "enterprises.PartyProfile.secretary_name")
    assert PartyProfile.pgh_event_model.objects.count() == events, "rotation is no change of the row"
    assert list(PartyProfile.pgh_event_model.objects.values_list("secretary_name", flat=True))[-1] == name
    assert history_of(profile)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data->>'secret' FROM mfa_authenticator")
        assert cursor.fetchone()[0].startswith("v1:k2:")
    capsys.readouterr()
    call_command("rotate_field_keys")
    assert "enterprises_partyprofile: 0" in capsys.readouterr().out.splitlines()
