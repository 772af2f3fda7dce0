"""Pages of the ledgers, split by noun."""
