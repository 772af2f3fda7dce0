"""Pages that compose what several features know; part of the composition root, imported by nobody."""
