"""REST of organisations, their life, guidance, and the reference rows that they name."""
