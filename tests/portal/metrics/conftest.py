"""Figures are tested over a district with something of everything."""

import pytest

from tests.factories.metrics import make_district


@pytest.fixture
def full_district(db):
    """Two towns, two chains that overlap, organisations that stand, ended and never had a town; a second district."""
    district = make_district()
    make_district(towns=1)
    return district
