"""Pages of organisations: list, tree, one organisation, guidance, reference rows."""
