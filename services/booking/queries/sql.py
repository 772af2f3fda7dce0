"""Statements that the ORM cannot say: one row source a station, each cut off by its own index."""

NEXT_OPENINGS = """
SELECT found.id, station.code, station.name, item.code, found.starts_at, found.ends_at, found.capacity, found.booked,
       station.tiles::float
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

# One tile of the town map counts as a day. `own`: what the enterprise has booked already is left out.
NEAREST = """
SELECT s.id, t.code, t.name, i.code, s.starts_at, s.ends_at, s.capacity, s.booked
FROM services_servicesession s
JOIN services_servicestation t ON t.id = s.station_id AND t.closed_on IS NULL
JOIN territory_town w ON w.id = t.town_id
JOIN services_serviceitem i ON i.id = s.item_id AND i.closed_on IS NULL
CROSS JOIN (SELECT tile_row, tile_column FROM territory_town WHERE id = %(town)s) here
WHERE s.item_id = %(item)s AND s.district_id = %(district)s AND s.booked < s.capacity AND s.closed_at IS NULL
  AND s.starts_at > %(after)s AND s.starts_at BETWEEN %(first)s AND %(last)s AND s.id <> ALL(%(exclude)s)
  AND NOT EXISTS (SELECT 1 FROM services_booking b WHERE b.session_id = s.id AND b.enterprise_id = %(enterprise)s
                  AND b.status IN ('pending', 'confirmed', 'waiting', 'checked_in', 'in_service'))
ORDER BY abs(extract(epoch FROM s.starts_at - %(at)s)) / 86400
         + sqrt((w.tile_row - here.tile_row) ^ 2 + (w.tile_column - here.tile_column) ^ 2),
         s.starts_at, s.id
LIMIT %(limit)s
"""

# Of the sessions that lay near a moment ago, those with a place still, without what the enterprise has booked.
STILL_FREE = """
SELECT s.id, s.capacity, s.booked FROM services_servicesession s
WHERE s.id = ANY(%(ids)s) AND s.booked < s.capacity AND s.closed_at IS NULL AND s.starts_at > %(after)s
  AND NOT EXISTS (SELECT 1 FROM services_booking b WHERE b.session_id = s.id AND b.enterprise_id = %(enterprise)s
                  AND b.status IN ('pending', 'confirmed', 'waiting', 'checked_in', 'in_service'))
"""
