#!/usr/bin/env python
"""Django's entry. Without DATABASE_URL it starts the embedded services for as long as the command runs."""

import os
import sys
from pathlib import Path

# These read no rows.
WITHOUT_SERVICES = {
    "check", "collectstatic", "help", "makemigrations", "spectacular", "translations", "version",
}  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if "DATABASE_URL" not in os.environ and command not in WITHOUT_SERVICES and not command.startswith("-"):
        from portal.runtime.embedded import EmbeddedError, ensure_running

        try:
            ensure_running(Path(os.environ.get("PORTAL_HOME", Path(__file__).parent / "var")).resolve())
        except EmbeddedError as error:
            sys.exit(str(error))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
