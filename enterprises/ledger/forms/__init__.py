"""Forms of the ledgers, split by noun. Money is in 万元; the actions take yuan."""
