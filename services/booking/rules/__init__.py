"""What must hold for sessions and bookings, as pure functions: no database, no clock."""
