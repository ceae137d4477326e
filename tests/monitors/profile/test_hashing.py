"""The stable hash."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.monitors.profile.hashing import hash_texts

texts = st.lists(st.text(max_size=40), max_size=30)


def one_by_one(text: str) -> int:
    """The same hash in plain Python, byte by byte as its definition reads."""

    def mixed(value: int) -> int:
        for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
            value = (value ^ value >> 33) * factor % 2**64
        return value ^ value >> 33

    data = text.encode()
    found = mixed(len(data) ^ 0x9E3779B97F4A7C15)
    for start in range(0, len(data), 8):
        found = mixed((found * 0x9E3779B97F4A7C15 + int.from_bytes(data[start : start + 8], "little")) % 2**64)
    return found


@given(texts)
def test_hashes_are_those_of_plain_python(words: list[str]) -> None:
    """Numpy's vectors and Python's whole numbers agree bit for bit."""
    assert hash_texts(pa.array(words, pa.string())).tolist() == [one_by_one(word) for word in words]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_hashes_do_not_depend_on_the_arrow_type_or_on_slices(kind: pa.DataType) -> None:
    """A slice of an array hashes as its own copy does."""
    words = ["", "a", "ab", "abcdefgh", "abcdefghi", "ü" * 30, "b"]
    whole = hash_texts(pa.array(words, kind))
    assert np.array_equal(hash_texts(pa.array(["x", *words, "y"], kind).slice(1, len(words))), whole)


def test_known_hashes_never_change() -> None:
    """Hashes are kept in files for years; these are frozen for good."""
    found = [f"{value:016x}" for value in hash_texts(pa.array(["", "a", "credit card", "Zürich"])).tolist()]
    assert found == ["9ca066f1a4ab2eea", "5f155cf8bcb4b94b", "b9175eb9247152a2", "07ebe08ab9312dbc"]


def test_hashes_spread_evenly() -> None:
    """Over 256 buckets, 25,600 similar words fill each about 100 times."""
    hashes = hash_texts(pa.array([f"value-{number:06d}" for number in range(25_600)]))
    counts = np.bincount((hashes % np.uint64(256)).astype(int), minlength=256)
    chi_square = float(((counts - 100) ** 2 / 100).sum())
    assert 180 < chi_square < 340
