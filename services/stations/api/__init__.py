"""`service-stations`, `service-items`, `institutions` (contract.md, REST): read by everyone, written by the bureau."""
