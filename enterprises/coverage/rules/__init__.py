"""The rules of coverage, split by noun: where one enterprise stands, and how proposals are put together."""
