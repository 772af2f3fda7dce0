"""Parts of a statement that says what a sheet row changes, as the JSON of the preview: [{field, old, new}]."""


def plain(value: str) -> str:
    """A number, or a text without anything to escape, as JSON."""
    return f"coalesce({value}::text, 'null')"


def text(value: str) -> str:
    """A text as JSON."""
    return f"coalesce(to_json({value})::text, 'null')"


def day(value: str) -> str:
    """A date as JSON."""
    return f"""coalesce('"' || {value} || '"', 'null')"""


def name_of(table: str, value: str) -> str:
    """The name of the row with this id as JSON, an empty text for none."""
    return f"coalesce((SELECT to_json(n.name)::text FROM {table} n WHERE n.id = {value}), '\"\"')"  # noqa: S608


def entry(field: str, differs: str, old: str, new: str) -> str:
    """One {field, old, new} as text, or NULL when it does not differ. Text is built three times as fast as jsonb."""
    opening = f'{{"field": "{field}", "old": '
    return f"""CASE WHEN {differs} THEN '{opening}' || {old} || ', "new": ' || {new} || '}}' END"""


def listing(entries: list[str]) -> str:
    """The entries that differ, as one jsonb list."""
    return "('[' || concat_ws(',', " + ",\n    ".join(entries) + ") || ']')::jsonb"
