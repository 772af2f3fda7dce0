"""REST of visits, campaigns and projects."""
