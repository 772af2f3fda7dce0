"""`metrics`, `metrics/{code}/series`, `metrics/{code}/rows` (contract.md, REST)."""
