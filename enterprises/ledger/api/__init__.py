"""REST of the ledgers: translate HTTP, call a query or an action."""
