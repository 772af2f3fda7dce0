"""Loads what a district cannot work without: towns, areas, departments, elements, kinds of organisations and modes."""

import tomllib
from pathlib import Path
from typing import Any

import chains.party
import portal.territory
from chains.party.actions import load_party_reference
from portal.territory.actions import load_areas, load_elements, load_territory
from portal.territory.models import District

TERRITORY = Path(portal.territory.__file__).parent / "reference"
PARTY = Path(chains.party.__file__).parent / "reference" / "kinds.toml"


def available_districts() -> list[str]:
    """Slugs of the districts whose reference file exists."""
    return sorted(path.stem for path in TERRITORY.glob("*.toml"))


def load_reference(slug: str) -> District:
    """The district's reference rows and the shared ones exist afterwards. Running it twice changes nothing."""
    load_party_reference(data=_read(PARTY))
    load_elements(rows=_read(TERRITORY / "shared" / "elements.toml")["elements"])
    district = load_territory(data=_read(TERRITORY / f"{slug}.toml"))
    areas = TERRITORY / "areas" / f"{slug}.toml"
    if areas.exists():
        load_areas(district=district, rows=_read(areas)["areas"])
    return district


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
