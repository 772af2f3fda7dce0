"""Pages of work orders: the board, one demand with its moves, intake, settings."""
