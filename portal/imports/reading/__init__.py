"""From an uploaded file to rows of plain values, whatever the file is: `with open_sheet(path) as sheet: …`."""

from .inspection import Inspected, inspect
from .problem import SheetProblem
from .reader import Limits, SheetReader, open_sheet

__all__ = ["Inspected", "Limits", "SheetProblem", "SheetReader", "inspect", "open_sheet"]
