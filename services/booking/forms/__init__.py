"""Forms of booking, one file a noun."""
