"""Rules of stations and the catalogue: for whom an item is, how far towns lie apart, when a station is open. Pure."""
