"""REST of instructors, their postings, and liaison points."""
