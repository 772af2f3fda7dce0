"""The portal's settings with what only tests need: a loud N+1 detector, quick passwords, a database per run."""

import os

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, PASSWORD_HASHERS

INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
ZEAL_NPLUSONE_THRESHOLD = 3  # a row read before and after its change is no N+1

# argon2 is slow on purpose; tests that are about passwords set it back.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
DATABASES["default"]["TEST"] = {"NAME": f"test_portal_{os.getpid()}"}  # runs stand side by side
WHITENOISE_AUTOREFRESH = True  # each test client would read every static file beforehand
