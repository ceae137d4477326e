"""The organisation's framework packs can be used."""

from collections.abc import Iterator

from mlgov.findings import Finding, Rule, Severity
from mlgov.names import FRAMEWORKS_FOLDER
from mlgov.ports import Snapshot

PACK = Rule(
    "MLG-C016",
    "framework-pack",
    Severity.ERROR,
    "A framework pack has an id of its own, names each requirement once, and asks for fields that cards have.",
    "The packs in frameworks/ are what cards are held against. One with the id of a framework that comes with mlgov "
    "would change what that name means; a requirement that is there twice or asks for a field that no card has would "
    "never be answered.",
    "Correct the pack.",
)
RULES = (PACK,)


def check_packs(snapshot: Snapshot) -> Iterator[Finding]:
    """Find what is wrong with the packs of the organisation."""
    if any(path.startswith(f"{FRAMEWORKS_FOLDER}/") for path in snapshot):
        from mlgov.cards.frameworks import organisation  # read only where there are packs

        yield from organisation.check_packs(snapshot)
