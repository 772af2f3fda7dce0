"""What PostgreSQL says becomes what a caller can act on."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, transaction
from psycopg import errors

from portal.kit.problems import translate
from portal.territory.models import District
from tests.factories.territory import DistrictFactory


def caused(error: type[DatabaseError], cause: Exception) -> DatabaseError:
    raised = error("SELECT secret")
    raised.__cause__ = cause
    return raised


@pytest.mark.parametrize(
    "error,status,code",
    [
        (caused(OperationalError, errors.DeadlockDetected()), 409, "busy"),
        (caused(OperationalError, errors.SerializationFailure()), 409, "busy"),
        (caused(OperationalError, errors.LockNotAvailable()), 409, "busy"),
        (caused(IntegrityError, errors.ExclusionViolation()), 409, "busy"),
        (caused(IntegrityError, errors.UniqueViolation()), 409, "duplicate"),
        (caused(IntegrityError, errors.CheckViolation()), 400, None),
        (caused(DataError, errors.NumericValueOutOfRange()), 400, None),
        (OperationalError("connection refused"), 503, "unavailable"),
        (DjangoValidationError({"name": "不行"}), 400, None),
        (RequestDataTooBig(), 413, "too_large"),
    ],
)
def test_each_failure_has_its_answer(error, status, code):
    answer = translate(error)
    assert answer.status_code == status
    assert code is None or answer.get_codes() == code
    assert "SELECT" not in str(answer.detail)


def test_what_nobody_foresaw_stays():
    error = RuntimeError()
    assert translate(error) is error


@pytest.mark.django_db
def test_a_real_duplicate():
    DistrictFactory(code="310117")
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        District.objects.create(code="310117", slug="again", name="又一个")
    assert translate(raised.value).get_codes() == "duplicate"
