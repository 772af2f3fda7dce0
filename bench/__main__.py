"""`python -m bench NAME [--json]`: prints each measurement with its ratio to the named reference."""

import argparse
from importlib import import_module

MODULES = {
    "coverage": "coverage",
    "import": "imports",
    "search": "search",
    "api": "api",
    "booking": "booking",
    "orders": "orders",
    "rollup": "rollup",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", choices=sorted(MODULES))
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--rows", type=int, help="size of the data, where the measurement can vary it")
    given = parser.parse_args()
    options = {"rows": given.rows} if given.rows else {}
    import_module(f"bench.{MODULES[given.name]}").run(json=given.json, **options)


if __name__ == "__main__":
    main()
