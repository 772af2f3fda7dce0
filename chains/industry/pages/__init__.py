"""Pages of the industry map: chains, their segments, their plans."""
