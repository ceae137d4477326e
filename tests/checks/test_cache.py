"""The cache of clean documents: it skips what cannot have changed, and nothing else."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date

import pytest

from mlgov.checks.cache import Cache, Watched, cache_key
from mlgov.checks.check import check_snapshot
from mlgov.findings import Finding
from mlgov.ports import File, Snapshot
from mlgov.settings import Settings

KEY = "k"
CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: {name}
lifecycle:
  status: draft
spec:
  evaluation_details:
    - name: holdout
      evidence:
        - path: evidence/{name}.json
          digest: sha256:{digest}
"""


def world(*names: str, evidence: bytes = b"{}", **more: str) -> dict[str, File]:
    """A snapshot of cards, each citing one evidence file."""
    digest = hashlib.sha256(b"{}").hexdigest()
    files = {f"cards/{name}.yaml": CARD.format(name=name, digest=digest).encode() for name in names}
    files |= {f"evidence/{name}.json": evidence for name in names}
    files |= {path: text.encode() for path, text in more.items()}
    return {path: File(path, "100644", data) for path, data in files.items()}


def check(snapshot: Snapshot, cache: Cache) -> list[Finding]:
    """Check a snapshot with a cache."""
    return check_snapshot(snapshot, Settings(), today=date(2026, 11, 20), cache=cache)


def after(snapshot: Snapshot, key: str = KEY) -> Cache:
    """The cache as it comes back after a run over ``snapshot``."""
    cache = Cache(KEY)
    check(snapshot, cache)
    return Cache(key, cache.rendered())


def known(cache: Cache, snapshot: Snapshot) -> list[str]:
    """The documents that the cache would skip."""
    return [path for path in sorted(snapshot) if cache.knows(path, snapshot)]


def test_clean_documents_are_known_in_the_next_run() -> None:
    """The same content in the same surroundings is not looked at again."""
    snapshot = world("a", "b")
    assert known(after(snapshot), snapshot) == ["cards/a.yaml", "cards/b.yaml"]


def test_a_changed_document_is_read_again() -> None:
    """One byte is enough."""
    cache, now = after(world("a", "b")), world("a", "b")
    now["cards/b.yaml"] = File("cards/b.yaml", "100644", now["cards/b.yaml"].data + b"\n")
    assert known(cache, now) == ["cards/a.yaml"]


def test_a_changed_mode_is_a_change() -> None:
    """A card that became executable is refused, whatever its content."""
    cache, now = after(world("a")), world("a")
    now["cards/a.yaml"] = File("cards/a.yaml", "100755", now["cards/a.yaml"].data)
    assert [finding.rule.code for finding in check(now, cache)] == ["MLG-S005"]


@pytest.mark.parametrize("change", ["changed", "gone", "too large"])
def test_what_a_rule_looked_at_counts(change: str) -> None:
    """A card is read again when its evidence changes, though the card itself did not."""
    cache, now = after(world("a")), world("a")
    if change == "gone":
        del now["evidence/a.json"]
    else:
        omitted = 9 * 2**20 if change == "too large" else 0
        now["evidence/a.json"] = File("evidence/a.json", "100644", b"" if omitted else b"[]", omitted)
    assert check(now, cache) != []
    assert check(now, cache) == check(now, Cache(KEY))


def test_a_document_with_findings_is_found_again() -> None:
    """Findings are never kept: they are found every time, with their places."""
    snapshot = world("a", evidence=b"[]")
    cache = after(snapshot)
    assert known(cache, snapshot) == []
    assert [finding.rule.code for finding in check(snapshot, cache)] == ["MLG-C002"]


def test_references_are_followed_every_time() -> None:
    """A monitor set whose card goes away is found, though the monitor set did not change."""
    monitors = "apiVersion: mlgov/v1\nkind: MonitorSet\nmetadata:\n  name: m\nlifecycle:\n  status: draft\nspec:\n"
    text = monitors + "  model: a\n  monitors: []\n"
    before = world("a", **{"monitors/m.yaml": text})
    cache = after(before)
    now = world(**{"monitors/m.yaml": text})
    assert check(now, cache) == check(now, Cache(KEY))
    assert "MLG-X001" in {finding.rule.code for finding in check(now, cache)}


def test_a_document_that_went_away_is_forgotten() -> None:
    """The cache holds what the last run saw and does not grow for ever."""
    cache = after(world("a", "b"))
    check(world("a"), cache)
    assert known(Cache(KEY, cache.rendered()), world("a", "b")) == ["cards/a.yaml"]


def test_another_key_knows_nothing() -> None:
    """Other settings, another day or another mlgov: everything is looked at again."""
    snapshot = world("a")
    assert known(after(snapshot, "other"), snapshot) == []


def test_the_key_names_settings_day_place_and_program() -> None:
    """Whatever a verdict depends on beside the files changes the key."""
    keys = {cache_key(b"", "2026-11-20", "/r"), cache_key(b"#", "2026-11-20", "/r")}
    keys |= {cache_key(b"", "2026-11-21", "/r"), cache_key(b"", "2026-11-20", "/s")}
    assert len(keys) == 4
    assert cache_key(b"", "2026-11-20", "/r") in keys


def signed(values: object) -> bytes:
    """Bytes with a right checksum, as somebody might make them."""
    body = json.dumps(values).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def damaged() -> Iterator[bytes]:
    """Caches that are not as we write them."""
    cache = Cache(KEY)
    check(world("a"), cache)
    good = cache.rendered()
    yield from (b"", b"\n", b"{}", good[:-1], good.replace(b"cards/a", b"cards/b"), b"\0" * 1000)
    yield from (signed(values) for values in ([], None, {"key": KEY}, {"key": KEY, "whole": 1, "clean": {}}))
    yield signed({"key": KEY, "whole": "", "clean": {"cards/a.yaml": ["100644 x", {"evidence/a.json": 1}]}})
    yield signed({"key": KEY, "whole": "", "clean": {"cards/a.yaml": "x"}})
    yield hashlib.sha256(b"[" * 100_000).hexdigest().encode() + b"\n" + b"[" * 100_000


def test_a_damaged_cache_is_an_empty_one() -> None:
    """Torn, changed or made-up bytes make the run slower and change no verdict."""
    snapshot = world("a")
    for data in damaged():
        cache = Cache(KEY, data)
        assert cache.whole == ""
        assert known(cache, snapshot) == []
        assert check(snapshot, cache) == []


def test_a_snapshot_says_what_was_looked_up() -> None:
    """Lookups are noticed whether or not something is there; a walk over everything is noticed as such."""
    watched = Watched(world("a"))
    assert watched.get("x") is None
    assert "evidence/a.json" in watched
    assert watched.take() == {"x", "evidence/a.json"}
    assert watched.take() == frozenset()
    assert len(list(watched)) == 2
    assert watched.take() is None
