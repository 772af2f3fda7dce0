"""Published figures are declared by the features that own the rows, and counted from those rows."""
