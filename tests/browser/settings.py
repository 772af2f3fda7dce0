"""The walked portal: what a newcomer's `manage.py up` starts, but on a copy of the loaded demo and less patient.

The copy's address comes as DATABASE_URL; portal.settings shall not see it, else it would be an installation with an
outside database, which needs TLS and collected static files.
"""

import os

_copy = os.environ.pop("DATABASE_URL")

from portal.settings import *  # noqa: E402, F403
from portal.settings import CELERY_BEAT_SCHEDULE, PASSWORD_HASHERS, database  # noqa: E402

os.environ["DATABASE_URL"] = _copy
DATABASES = {"default": database(_copy)}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    *PASSWORD_HASHERS,
]  # argon2 is slow on purpose
CELERY_BEAT_SCHEDULE["relay-jobs"]["schedule"] = 0.3
