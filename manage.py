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
        if sys.argv[1] == "up" and not (Path(home) / "services.json").exists():
            require_port()
        try:
            ensure_running(Path(home).resolve())
        except EmbeddedError as error:
            sys.exit(str(error))


def require_port() -> None:
    """Before the first start makes anything: a port that cannot be had leaves no half-filled PORTAL_HOME behind."""
    import argparse

    from portal.runtime.supervisor import SupervisorError, require_free_port

    asked = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    asked.add_argument("--host", default="127.0.0.1")
    asked.add_argument("--port", type=int, default=8000)
    try:
        options, _ = asked.parse_known_args(sys.argv[2:])
        require_free_port(options.host, options.port)
    except SupervisorError as error:
        sys.exit(str(error))
    except (argparse.ArgumentError, OverflowError):
        return  # `up` itself says what is wrong with the options


if __name__ == "__main__":
    main()
