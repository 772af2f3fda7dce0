"""Published figures are declared here by the features that own the rows, and counted from those rows."""
