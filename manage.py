#!/usr/bin/env python
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if "DATABASE_URL" not in os.environ and sys.argv[1:2] not in (["makemigrations"], ["check"], ["translations"], ["spectacular"]):
        from portal.runtime.embedded import ensure_running

        home = Path(os.environ.get("PORTAL_HOME", Path(__file__).parent / "var")).resolve()
        ensure_running(home)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
