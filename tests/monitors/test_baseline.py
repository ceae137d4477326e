"""Making baseline folders and reading them back, ours and other programs'."""

import json
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pytest

from mlgov.errors import UsageError
from mlgov.lifecycle import bytes_digest
from mlgov.monitors import Thresholds
from mlgov.monitors import profile as profiles
from mlgov.monitors.baseline import BaselineError, expected_types, hidden, load, make
from mlgov.ports import File, Snapshot

FOLDER = "baselines/churn/data-quality"
DATA = pa.table(
    {
        "age": np.random.default_rng(1).normal(40, 10, 2000),
        "visits": np.random.default_rng(2).poisson(3, 2000),
        "state": np.random.default_rng(3).choice(["CA", "NY"], 2000),
        "flag": np.random.default_rng(4).choice([True, False], 2000),
        "at": pa.array(range(2000), pa.timestamp("s", tz="UTC")),
    }
)


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return make(DATA.to_batches, Thresholds())


def snapshot(files: Mapping[str, bytes], mode: str = "100644") -> Snapshot:
    return {f"{FOLDER}/{name}": File(f"{FOLDER}/{name}", mode, data) for name, data in files.items()}


def test_a_baseline_is_three_files(made: dict[str, bytes]) -> None:
    """The profile that decides and the two files that reviewers read."""
    assert sorted(made) == ["constraints.json", "profile.json", "statistics.json"]
    assert make(DATA.to_batches, Thresholds()) == made


def test_a_baseline_is_read_back_exactly(made: dict[str, bytes]) -> None:
    """The reference is the profile, byte for byte."""
    reference = load(snapshot(made), FOLDER)
    assert profiles.render(reference.profile) == made["profile.json"]
    assert (reference.digest, reference.is_rebuilt) == (bytes_digest(made["profile.json"]), False)


def test_a_folder_of_another_program_is_a_reference_too(made: dict[str, bytes]) -> None:
    """statistics.json and constraints.json alone, as SageMaker leaves them."""
    foreign = {name: data for name, data in made.items() if name != "profile.json"}
    reference = load(snapshot(foreign), FOLDER)
    assert (reference.is_rebuilt, reference.profile.rows) == (True, 2000)
    assert reference.profile.layout.names == ("age", "visits", "state", "flag", "at")


def test_statistics_of_another_profile_are_refused(made: dict[str, bytes]) -> None:
    """What reviewers read must be what decides."""
    statistics = json.loads(made["statistics.json"])
    statistics["mlgov"]["profile_digest"] = "sha256:" + "0" * 64
    for said in (statistics, {key: value for key, value in statistics.items() if key != "mlgov"}):
        with pytest.raises(BaselineError, match=r"does not belong to profile\.json"):
            load(snapshot({**made, "statistics.json": json.dumps(said).encode()}), FOLDER)


@pytest.mark.parametrize("missing", ["constraints.json", "statistics.json"])
def test_a_missing_file_is_an_error_with_its_path(made: dict[str, bytes], missing: str) -> None:
    """A monitor without a baseline must not pass, and says what makes one."""
    with pytest.raises(BaselineError, match=f"{FOLDER}/{missing}") as caught:
        load(snapshot({name: data for name, data in made.items() if name != missing}), FOLDER)
    assert "'mlgov monitor baseline NAME -m MONITOR --from FILE' makes it." in str(caught.value)


@pytest.mark.parametrize("damaged", ["constraints.json", "statistics.json", "profile.json"])
@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"features": 7}', b"\xff"])
def test_a_damaged_file_is_an_error_with_its_path(made: dict[str, bytes], damaged: str, data: bytes) -> None:
    """No traceback, whichever file it is."""
    with pytest.raises(BaselineError, match=damaged):
        load(snapshot({**made, damaged: data}), FOLDER)


def test_links_and_giants_are_no_baseline(made: dict[str, bytes]) -> None:
    """Only plain files that were read whole."""
    with pytest.raises(BaselineError, match="no such plain file"):
        load(snapshot(made, mode="120000"), FOLDER)
    path = f"{FOLDER}/constraints.json"
    giant = {**snapshot(made), path: File(path, "100644", b"", omitted_bytes=9_000_000)}
    with pytest.raises(BaselineError, match="9,000,000 bytes"):
        load(giant, FOLDER)


def test_data_without_rows_makes_no_baseline() -> None:
    """Comparing with nothing would accept everything."""
    with pytest.raises(UsageError):
        make(DATA.slice(0, 0).to_batches, Thresholds())


def test_readers_of_text_are_told_the_types() -> None:
    """In the order of the reference, by which captures without names are named."""
    layout = profiles.learn_layout(DATA.to_batches())
    assert [(name, str(kind)) for name, kind in expected_types(layout).items()] == [
        ("age", "double"),
        ("visits", "int64"),
        ("state", "string"),
        ("flag", "bool"),
        ("at", "timestamp[us, tz=UTC]"),
    ]


NAMES = pa.table({"name": ["Ada"] * 300 + ["Bea"] * 300 + ["Cleo"] * 2 + ["Dora"], "age": [40.0] * 603})


def test_a_sensitive_column_names_what_many_rows_share() -> None:
    """Rare values are in none of the three files, and a window shows no new value, however frequent."""
    made = make(NAMES.to_batches, Thresholds(), ["name"])
    assert all(b"Cleo" not in data and b"Dora" not in data for data in made.values())
    assert b"Bea" in made["profile.json"]
    layout = load(snapshot(made), FOLDER).profile.layout
    window = pa.table({"name": ["Eve"] * 500 + ["Ada"] * 100, "age": [40.0] * 600})
    found = profiles.profile(window.to_batches, layout)
    assert b"Eve" not in profiles.render(found)
    assert found.column("name").n == 600
    assert profiles.load(profiles.render(found)) == found


def test_an_older_baseline_hides_what_it_does_not_name() -> None:
    """A column that was marked later: windows show nothing new, and the reference has no sample."""
    made = make(NAMES.to_batches, Thresholds())
    reference = hidden(load(snapshot(made), FOLDER), ["name", "age", "gone"])
    window = pa.table({"name": ["Eve"] * 500, "age": [40.0] * 500})
    assert b"Eve" not in profiles.render(profiles.profile(window.to_batches, reference.profile.layout))
    assert hidden(reference, ["name"]) is reference


def test_a_column_that_is_not_sensitive_keeps_its_bytes(made: dict[str, bytes]) -> None:
    """Baselines of before are read and written as they were."""
    assert b"sensitive" not in made["profile.json"]
    assert make(DATA.to_batches, Thresholds(), ["age", "at"]) == made


def test_a_column_without_a_name_makes_no_baseline() -> None:
    """Parquet and JSON may have one; statistics.json has no place for it."""
    with pytest.raises(UsageError, match="has no name"):
        make(pa.table({"": [1, 2, 3]}).to_batches, Thresholds())
