"""A process that appends records to a ledger and acknowledges each on its standard output.

Run as ``python -m tests.adapters.ledger_writer ROOT NAME COUNT``; writes ``NAME/0000``, ``NAME/0001``, ...
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from mlgov.adapters.git_ledger import GitLedger

AT = datetime(2026, 6, 1, 6, tzinfo=UTC)


def write(root: Path, name: str, count: int) -> None:
    """Append ``count`` records."""
    ledger = GitLedger(root, branch="mlgov-ledger", remote="origin")
    for number in range(count):
        path = f"{name}/{number:04}"
        ledger.append({path: path.encode()}, message=f"Record {path}", at=AT)
        print(path, flush=True)


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
