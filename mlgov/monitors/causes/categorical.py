"""Likely causes in a categorical column."""

import unicodedata
from collections.abc import Iterator, Mapping

import numpy as np

from mlgov.monitors.causes.cause import Cause, CauseKind, grew, percent
from mlgov.monitors.distances.significance import chi2_contingency
from mlgov.monitors.profile import CategoricalProfile, SampledValue
from mlgov.names import NAMED_FROM

_TRUTH = {"1": "true", "0": "false", "yes": "true", "no": "false", "y": "true", "n": "false", "t": "true", "f": "false"}
#: A permutation is only named when the shares tell the categories apart: this many times the noise of a share.
_APART = 4.0
_NAMED = 3


def respelled(reference: CategoricalProfile, current: CategoricalProfile) -> Iterator[Cause]:
    """New values are old ones spelled otherwise: case, blanks, accents, 1.0 for 1, yes for true."""
    known = {_folded(word): word for word in reference.layout.vocabulary}
    found = {
        value.text: known[_folded(value.text)]
        for value in _nameable(current)
        if value.text is not None and _folded(value.text) in known and value.text != known[_folded(value.text)]
    }
    rows = sum(value.count for value in current.sample if value.text in found)
    if found and grew(0, reference.n, rows, current.n):
        examples = ", ".join(f"'{new}' for '{old}'" for new, old in sorted(found.items())[:_NAMED])
        sentence = f"{percent(rows / current.n)} of the values are known ones in another spelling: {examples}."
        yield Cause(CauseKind.RESPELLED, sentence, {"rows": rows, "values": len(found)})


def _nameable(current: CategoricalProfile) -> list[SampledValue]:
    """List the sampled values that enough rows share to be shown."""
    return [value for value in current.sample if value.text is not None and value.count >= NAMED_FROM]


def _folded(text: str) -> str:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    folded = " ".join(plain.replace("_", " ").replace("-", " ").casefold().split())
    folded = folded.removesuffix(".0") if folded.removesuffix(".0").lstrip("+").isdigit() else folded
    return _TRUTH.get(folded, folded)


def recoded(reference: CategoricalProfile, current: CategoricalProfile) -> Iterator[Cause]:
    """The same shares under other names: the coding was permuted."""
    h, g = np.array(reference.counts), np.array(current.counts)
    if len(h) < 2 or not h.any() or not g.any() or chi2_contingency(h, g).p > 1e-6:
        return
    before, after = np.argsort(-h, kind="stable"), np.argsort(-g, kind="stable")
    if chi2_contingency(h[before], g[after]).p < 0.01 or not _told_apart(h[before], int(g.sum())):
        return
    words = reference.layout.vocabulary
    pairs = {words[old]: words[new] for old, new in zip(before.tolist(), after.tolist(), strict=True) if old != new}
    yield _recoding(pairs)


def _recoding(pairs: Mapping[str, str]) -> Cause:
    shown = ", ".join(f"'{old}' is '{new}'" for old, new in list(pairs.items())[:_NAMED])
    more = ", ..." if len(pairs) > _NAMED else ""
    sentence = f"The shares are the old ones under other names ({shown}{more}): was the coding changed?"
    return Cause(CauseKind.RECODED, sentence, {f"was {old}": new for old, new in pairs.items()})


def _told_apart(ordered: np.ndarray, m: int) -> bool:
    """Say whether neighbouring shares differ by more than the noise of a window."""
    shares = ordered / ordered.sum()
    noise = np.sqrt(shares[:-1] * (1 / ordered.sum() + 1 / m))
    return bool((shares[:-1] - shares[1:] > _APART * noise).all())


def new_categories(reference: CategoricalProfile, current: CategoricalProfile) -> Iterator[Cause]:
    """Values that the reference does not have."""
    if not grew(reference.rest, reference.n, current.rest, current.n):
        return
    listed = sorted(_nameable(current), key=lambda each: (-each.count, each.text or ""))
    names = ", ".join(f"'{each.text}' ({percent(each.count / current.n)})" for each in listed[:_NAMED])
    shares = percent(reference.rest / reference.n), percent(current.rest / current.n)
    named = f", for instance {names}" if names else ""
    sentence = f"Values that the reference does not list rose from {shares[0]} to {shares[1]}{named}."
    yield Cause(CauseKind.NEW_CATEGORIES, sentence, {"rows": current.rest})


def moved_categories(reference: CategoricalProfile, current: CategoricalProfile) -> Iterator[Cause]:
    """The known values whose shares changed most."""
    if not (reference.n and current.n) or not reference.counts:
        return
    h, g = np.array(reference.counts), np.array(current.counts)
    if chi2_contingency([*h, reference.rest], [*g, current.rest]).p > 1e-3:
        return
    change = g / current.n - h / reference.n
    order = [place for place in np.argsort(-np.abs(change), kind="stable").tolist() if abs(change[place]) >= 0.01]
    if not order:
        return
    words = reference.layout.vocabulary
    shown = ", ".join(
        f"'{words[place]}' {percent(h[place] / reference.n)} to {percent(g[place] / current.n)}"
        for place in order[:_NAMED]
    )
    numbers = {words[place]: float(change[place]) for place in order[:_NAMED]}
    yield Cause(CauseKind.MOVED_CATEGORIES, f"These changed most: {shown}.", numbers)
