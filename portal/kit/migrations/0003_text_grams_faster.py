"""`text_grams` says the same ten times as fast (8 µs a name instead of 81): every enterprise that an import writes pays
for it, new or changed, because no update of a row with an index on `updated_at` is a heap-only one. A loop over the
characters; array_to_tsvector sorts and removes repetitions by itself. COST stays as measured for the planner (0002)."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION text_grams(value text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 2000 AS $$
DECLARE
  characters text[] := string_to_array(lower(regexp_replace(value, '\\s+', '', 'g')), NULL);
  grams text[] := characters;
  size int := cardinality(characters);
BEGIN
  FOR i IN 1 .. size - 1 LOOP
    grams[size + i] := characters[i] || characters[i + 1];
  END LOOP;
  RETURN array_to_tsvector(grams);
END
$$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION text_grams(value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2000 AS $$
  SELECT array_to_tsvector(ARRAY(
    SELECT DISTINCT substr(lowered, i, n)
    FROM (SELECT lower(regexp_replace(value, '\\s+', '', 'g')) AS lowered) AS cleaned,
         generate_series(1, length(lowered)) AS i, generate_series(1, 2) AS n
    WHERE i + n - 1 <= length(lowered)
  ))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0002_text_grams_cost")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
