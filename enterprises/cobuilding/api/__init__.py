"""REST of co-building: `agreements` with their parties, `alliances/{code}/members`."""
