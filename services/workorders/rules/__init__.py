"""What work orders obey. Pure: no database, no clock."""
