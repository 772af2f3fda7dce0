"""Statements that the ORM cannot say: one row source a station, each cut off by its own index."""

NEXT_OPENINGS = """
SELECT found.*, station.code AS station_code, station.name AS station_name, item.code AS item_code,
       station.tiles::float AS tiles
FROM services_serviceitem item
CROSS JOIN (
    SELECT s.id, s.code, s.name,
           sqrt((t.tile_row - %(row)s) ^ 2 + (t.tile_column - %(column)s) ^ 2) AS tiles
    FROM services_servicestation s JOIN territory_town t ON t.id = s.town_id
    WHERE s.closed_on IS NULL AND s.district_id = %(district)s
) station
CROSS JOIN LATERAL (
    SELECT * FROM services_servicesession session
    WHERE session.station_id = station.id AND session.item_id = item.id AND session.starts_at > %(after)s
      AND session.closed_at IS NULL AND session.booked < session.capacity
    ORDER BY session.starts_at LIMIT %(limit)s
) found
WHERE item.id = %(item)s AND item.closed_on IS NULL
ORDER BY (station.id = %(station)s) DESC NULLS LAST, station.tiles, found.starts_at, found.id
LIMIT %(limit)s
"""
