#!/usr/bin/env python
"""Django's entry. Services without an outside address are started for as long as the command runs."""

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
    if command not in WITHOUT_SERVICES and not command.startswith("-"):
        start_services()
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


def start_services() -> None:
    """Before settings are read: they need the ports."""
    from portal.runtime.embedded import EmbeddedError, ensure_running, needed

    if needed():
        home = os.environ.get("PORTAL_HOME") or Path(__file__).parent / "var"
        try:
            ensure_running(Path(home).resolve())
        except EmbeddedError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
