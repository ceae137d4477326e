"""Every rule has a good and a bad example, and mlgov sees the difference at the right place.

An example is a slice of a governance repository. One with ``before/`` and ``after/`` is a change. ``expected.txt`` of a
bad example lists ``path:line:column CODE``.
"""

from datetime import date
from pathlib import Path

import pytest

from mlgov import settings
from mlgov.approvals.lives import Life, Outcome
from mlgov.approvals.waiving import Ground, sift
from mlgov.checks.check import check_change, check_snapshot
from mlgov.findings import Finding
from mlgov.ports import File, Snapshot
from mlgov.rulebook import CHECKED

TODAY = date(2026, 11, 20)
EXAMPLES = Path(__file__).parent.parent / "examples"
NAMES = sorted(rule.name for rule in CHECKED.values())
CODES = {rule.name: rule.code for rule in CHECKED.values()}


def read(folder: Path) -> Snapshot:
    """Read a folder as a snapshot."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    relative = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: File(name, "100644", path.read_bytes()) for name, path in relative.items()}


def findings_of(folder: Path) -> list[Finding]:
    """Check an example as ``mlgov check`` does."""
    toml = folder / "mlgov.toml"
    chosen = settings.load(toml.read_bytes()) if toml.exists() else settings.Settings()
    is_change = (folder / "before").is_dir()
    now = read(folder / "after" if is_change else folder)
    found = check_snapshot(now, chosen, today=TODAY)
    found += check_change(read(folder / "before"), now) if is_change else []
    return list(sift(found, now, committed(now)).kept)


def committed(snapshot: Snapshot) -> Ground:
    """Take the waivers of an example as committed like this, in a repository without approval rules."""
    lives = {path: Life(path, file.data) for path, file in snapshot.items() if path.startswith("waivers/")}
    return Ground(Outcome(lives), "HEAD", TODAY)


@pytest.mark.parametrize("name", NAMES)
def test_the_good_example_is_clean(name: str) -> None:
    """The good example breaks no rule at all."""
    folder = EXAMPLES / "good" / name
    assert folder.is_dir(), f"add {folder}"
    assert [f"{f.location} {f.rule.code} {f.message}" for f in findings_of(folder)] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_bad_example_is_found_where_it_says(name: str) -> None:
    """The bad example has the findings it lists, with line and column, and its own rule is among them."""
    folder = EXAMPLES / "bad" / name
    assert (folder / "expected.txt").is_file(), f"add {folder}/expected.txt"
    expected = (folder / "expected.txt").read_text().split("\n")[:-1]
    found = [f"{f.location} {f.rule.code}" for f in findings_of(folder)]
    assert set(expected) <= set(found)
    assert CODES[name] in {line.split()[1] for line in expected}


def test_no_example_is_left_over() -> None:
    """A folder without a rule is a rule that was renamed."""
    for kind in ("good", "bad"):
        assert sorted(path.name for path in (EXAMPLES / kind).iterdir()) == NAMES


def test_codes_and_names_are_unique_and_explained() -> None:
    """A code stands for one rule for ever, and every rule can explain itself."""
    assert len({rule.code for rule in CHECKED.values()}) == len(set(NAMES))
    for rule in CHECKED.values():
        assert rule.summary.endswith(".")
        assert rule.fix.endswith(".")
        assert len(rule.explanation) > 40
