"""The same rows, in any partition, order and engine: the same layout and the same profile, byte for byte."""

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlgov.adapters.arrow_tables import ArrowTables, parquet_files
from mlgov.errors import TablesError, UsageError
from mlgov.monitors.profile import learned_columns, render, sample
from mlgov.monitors.schedule import Window
from mlgov.monitors.windows import Reading, RowCounter, Selection
from mlgov.ports import Tables
from tests.fakes.tables import MemoryTables

DAY = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
WINDOW = Window(DAY, DAY + dt.timedelta(days=1))


def traffic(rows: int, seed: int = 1) -> pa.Table:
    """Heavy tails, atoms, nulls, NaN, many and few words, and times of two days."""
    rng = np.random.default_rng(seed)
    heavy = rng.standard_t(1.1, rows) * 10.0 ** rng.integers(-8, 9, rows)
    heavy[rng.random(rows) < 0.01] = np.nan
    return pa.table(
        {
            "at": pa.array([DAY + dt.timedelta(minutes=int(n)) for n in rng.integers(0, 2880, rows)]),
            "heavy": pa.array(heavy, mask=rng.random(rows) < 0.1),
            "cents": np.round(rng.exponential(20, rows), 2),
            "count": rng.poisson(2, rows),
            "shop": [f"shop {n}" for n in rng.zipf(1.4, rows) % 100_003],
            "ok": rng.random(rows) < 0.3,
        }
    )


def read(tables: Tables, uri: str) -> tuple[bytes, RowCounter]:
    """Learn from a source, profile it in its own layout, and count."""
    source, counter = Reading(tables, uri, Selection(WINDOW, "at")), RowCounter()
    layout = source.learn(RowCounter(), rows_per_bin=5)
    return render(source.profile(layout, counter)), counter


@pytest.mark.parametrize("sample_bytes", [1 << 25, 1 << 18])
def test_partitions_threads_and_orders_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_bytes: int
) -> None:
    """1, 7 or 31 shuffled files, row groups apart, one thread or four, batches last first: equal bytes.

    With the smaller sample, bins come from rows chosen by their hash.
    """
    monkeypatch.setattr(sample, "SAMPLE_BYTES", sample_bytes)
    monkeypatch.setattr(learned_columns, "EXACT_VALUES", 2000)
    monkeypatch.setattr(parquet_files, "PART_ROWS", 1500)
    rows = traffic(20_000)
    pq.write_table(rows, tmp_path / "1.parquet", row_group_size=1000)
    expected, counted = read(ArrowTables(tmp_path, threads=1), "1.parquet")
    assert counted.rows.judged > 9000
    for parts in (7, 31):
        order = np.random.default_rng(parts).permutation(len(rows))
        (tmp_path / str(parts)).mkdir()
        for number, chosen in enumerate(np.array_split(order, parts)):
            pq.write_table(rows.take(pa.array(chosen)), tmp_path / f"{parts}/{number:02d}.parquet", row_group_size=400)
        for threads in (1, 4):
            found, met = read(ArrowTables(tmp_path, threads=threads), str(parts))
            assert found == expected
            assert met.rows == counted.rows
    assert read(ArrowTables(tmp_path, threads=3), "1.parquet")[0] == expected
    assert read(MemoryTables({"data": rows.to_batches(3000)}), "data")[0] == expected


def test_the_window_is_told(tmp_path: Path) -> None:
    """A profile says which time it is about."""
    pq.write_table(traffic(50), tmp_path / "a.parquet")
    source = Reading(ArrowTables(tmp_path), "a.parquet", Selection(WINDOW, "at"))
    assert source.profile(source.learn(RowCounter()), RowCounter()).window == (WINDOW.start, WINDOW.end)


@pytest.mark.parametrize(("some", "error"), [(True, TablesError), (False, UsageError)])
def test_missing_times_are_judged_over_all_parts(some: bool, error: type[Exception]) -> None:
    """Damage when other rows have them, else a monitor that names the wrong column; whichever part came first."""
    without = pa.table({"x": [1, 2], "ats": [1, 2]}).to_batches()
    dated = traffic(5).to_batches() if some else []
    with pytest.raises(error, match=r"no column 'at'.*Did you mean 'ats'") as caught:
        read(MemoryTables({"data": [*without, *dated]}), "data")
    assert type(caught.value) is error


def test_a_column_of_two_kinds_is_refused_whichever_part_has_which(tmp_path: Path) -> None:
    """Numbers here and words there."""
    batches = [pa.RecordBatch.from_pydict({"x": [1.5]}), pa.RecordBatch.from_pydict({"x": ["a"]})]
    said = []
    for order in (batches, batches[::-1]):
        with pytest.raises(UsageError) as caught:
            Reading(MemoryTables({"data": order}), "data", Selection()).learn(RowCounter())
        said.append(caught.value.message)
    assert said[0] == said[1]


@pytest.mark.parametrize("exact_values", [1 << 16, 300])
def test_what_learning_has_counted_need_not_be_counted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact_values: int
) -> None:
    """Files without a column, nulls without a type and ids among the categories: the profile of a whole second pass.

    With more different values than are counted exactly, categories are counted in the second pass as well.
    """
    monkeypatch.setattr(learned_columns, "EXACT_VALUES", exact_values)
    rows = traffic(3000)
    untyped = rows.slice(0, 50).set_column(rows.schema.get_field_index("shop"), "shop", pa.nulls(50))
    parts = [rows.drop_columns(["ok"]), rows.append_column("id", pa.array([f"id {n}" for n in range(3000)])), untyped]
    for number, part in enumerate([*parts, rows.select(["shop", "ok"])]):
        pq.write_table(part, tmp_path / f"{number}.parquet", row_group_size=700)
    tables = [ArrowTables(tmp_path, threads=2), MemoryTables({".": list(ArrowTables(tmp_path).batches("."))})]
    found = set()
    for source in (Reading(each, ".", Selection()) for each in tables):
        learned = source.learned(RowCounter())
        layout = learned.layout(rows_per_bin=5)
        rest = learned.open_columns(layout)
        assert ("shop" in rest.names) == (exact_values == 300)
        found.add(render(learned.completed(source.profile(rest, RowCounter(), only=True), layout)))
        found.add(render(source.profile(layout, RowCounter())))
    assert len(found) == 1
