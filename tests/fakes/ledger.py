"""A ledger in memory."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mlgov.adapters.git.record_paths import check_records
from mlgov.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Step:
    """One append that added something."""

    id: str
    message: str
    at: datetime
    paths: tuple[str, ...]


@dataclass
class MemoryLedger:
    """The Ledger port without git.

    Attributes:
        stored: Records by path.
        steps: What was appended, oldest first.
        elsewhere: Records of others that the next refresh brings.
        unreachable: Whether the remote does not answer: records are kept, and append and refresh raise.
    """

    stored: dict[str, bytes] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    elsewhere: dict[str, bytes] = field(default_factory=dict)
    unreachable: bool = False

    def append(self, records: Mapping[str, bytes], *, message: str, at: datetime) -> str:
        if at.tzinfo is None:
            raise ValueError("the time of a record must be aware")
        check_records(records)
        new = {path: data for path, data in records.items() if self._is_new(path, data)}
        if new or not self.steps:
            self.stored |= new
            self.steps.append(Step(self._next_id(records, at), message, at, tuple(new)))
        tip = self.steps[-1].id
        if self.unreachable:
            raise LedgerError(f"Recorded here as {tip[:12]} but not pushed.", recorded=tip)
        return tip

    def remote(self) -> str:
        return ""

    def records(self, prefix: str, among: Collection[str] | None = None) -> dict[str, bytes]:
        found = {path: self.stored[path] for path in sorted(self.stored) if path.startswith(prefix)}
        return found if among is None else {path: data for path, data in found.items() if path in among}

    def refresh(self) -> None:
        if self.unreachable:
            raise LedgerError("The remote ledger could not be read.")
        self.stored |= {path: data for path, data in self.elsewhere.items() if self._is_new(path, data)}

    def _is_new(self, path: str, data: bytes) -> bool:
        parts = path.split("/")
        above = {"/".join(parts[:count]) for count in range(1, len(parts))}
        if above & self.stored.keys() or any(stored.startswith(f"{path}/") for stored in self.stored):
            raise LedgerError(f"The record {path} cannot be added: one name cannot be a file and a folder.")
        if self.stored.get(path, data) != data:
            raise LedgerError(f"The record {path} cannot be added: the ledger has that path and it holds other bytes.")
        return path not in self.stored

    def _next_id(self, records: Mapping[str, bytes], at: datetime) -> str:
        before = self.steps[-1].id if self.steps else ""
        facts = f"{before} {sorted(records.items())} {at.timestamp()}".encode()
        return hashlib.sha1(facts, usedforsecurity=False).hexdigest()
