"""YAML text <-> values, with positions: the one strict front door for every YAML that mlgov reads.

``load`` turns bytes into a `Document` or findings; ``edit`` changes text and keeps its comments.
"""

from mlgov.documents.changes import Change, Removal, edit
from mlgov.documents.front_door import LIMITS, Limits
from mlgov.documents.reader import Document, Pointer, Value, find, load
from mlgov.documents.rules import RULES

__all__ = ["LIMITS", "RULES", "Change", "Document", "Limits", "Pointer", "Removal", "Value", "edit", "find", "load"]
