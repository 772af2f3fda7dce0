"""Pages of co-building: agreements with their parties, and the member enterprises of alliances."""
