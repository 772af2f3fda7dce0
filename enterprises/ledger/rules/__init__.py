"""What must hold in the ledgers, as pure functions: no database, no clock."""
