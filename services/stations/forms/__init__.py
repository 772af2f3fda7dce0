"""Forms: `filters` of the public lists, `editing` of the bureau."""
