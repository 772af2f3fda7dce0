"""`text_grams(text)`: every 1- and 2-character piece of a name as a tsvector, so that GIN answers Chinese searches
of any length (reference/performance.md, "Chinese name search"). Trigrams do nothing for one or two characters."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION text_grams(value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_to_tsvector(ARRAY(
    SELECT DISTINCT substr(lowered, i, n)
    FROM (SELECT lower(regexp_replace(value, '\\s+', '', 'g')) AS lowered) AS cleaned,
         generate_series(1, length(lowered)) AS i, generate_series(1, 2) AS n
    WHERE i + n - 1 <= length(lowered)
  ))
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION text_grams(text)")]
