"""Forms of organisations and of the reference rows that they name."""
