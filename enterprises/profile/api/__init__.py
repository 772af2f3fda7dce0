"""REST of profile, surveys and portrait."""
