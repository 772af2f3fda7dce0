"""Forms of work orders."""
