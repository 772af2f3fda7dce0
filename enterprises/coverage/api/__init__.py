"""`coverage` (contract.md, REST)."""
