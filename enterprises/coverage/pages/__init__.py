"""Pages of coverage, split by noun: the figures with their rows, and the proposals."""
