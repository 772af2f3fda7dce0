"""Every read of the ledgers, split by noun. Everything starts at `visible_to(user)`; filters take codes, never ids."""
