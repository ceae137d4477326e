"""The JSON that `mlgov.cards.exports.json_card` writes, back into a card.

JSON is YAML, so the file goes through the same front door as every card, and mistakes are told with line and column.
"""

from typing import Any

from mlgov.cards.schema import CardDocument
from mlgov.cards.transfer import Imported, Unmapped
from mlgov.documents import LIMITS, Limits, load
from mlgov.errors import ImportFormatError
from mlgov.findings import Finding
from mlgov.lifecycle import validate

HINT = "This reads what 'mlgov card export --to json' writes; name another format with --from."
#: Indented JSON is longer than the YAML of the same card.
ROOMY = Limits(file_bytes=8 * LIMITS.file_bytes)


def read(data: bytes, name: str) -> Imported:
    """Read an exported card. It becomes a draft, with the name given; what that changes is reported.

    Args:
        data: The bytes of the file.
        name: Name of the new card; empty for the one that the file says.

    Raises:
        ImportFormatError: The file is no card document in JSON.
    """
    document, findings = load(data, "the file", ROOMY)
    if document is None:
        raise _refusal(findings[0])
    card, findings = validate(document, CardDocument)
    if card is None:
        raise _refusal(findings[0])
    value: dict[str, Any] = document.value
    name = name or card.metadata.name
    notes = []
    if card.metadata.name != name:
        notes.append(Unmapped("metadata.name", f"The file says {card.metadata.name}; the card is named {name} here."))
    if card.lifecycle.status != "draft":
        notes.append(Unmapped("lifecycle.status", f"The file says {card.lifecycle.status}; an import starts as draft."))
    metadata = {**value["metadata"], "name": name}
    lifecycle = {**value["lifecycle"], "status": "draft"}
    return Imported({**value, "metadata": metadata, "lifecycle": lifecycle}, tuple(notes))


def _refusal(finding: Finding) -> ImportFormatError:
    place = f"Line {finding.location.line}, column {finding.location.column}"
    return ImportFormatError(f"{place}: {finding.message}", hint=f"{finding.fix} {HINT}")
