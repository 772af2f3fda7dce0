"""Measurements with their references, interleaved in one run: `python -m bench NAME [--json]`."""
