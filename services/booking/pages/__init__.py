"""Pages of booking, one file a noun."""
