"""Capture of batch transform jobs: manifests, inputs and outputs."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from mlgov.errors import TablesError, TablesMissingError
from tests.adapters.arrow_tables.reading import read, write

HOUR = "2026/01/02/03"
ID = "4cbcd2f5-9fd7-4f8a-a0ee-f3a7a6e5b2d1"
TIME = "2026-01-02T03:00:00Z"


def job(folder: Path, files: dict[str, tuple[str, str]], hour: str = HOUR) -> None:
    """Write the files of a job: name -> input and output, with the manifests of its hour."""
    for side, place in (("input", 0), ("output", 1)):
        names = [name + ".out" * place for name in files]
        for name, texts in files.items():
            write(folder / f"data-{side}" / (name + ".out" * place), texts[place])
        manifest = [{"prefix": f"{folder}/data-{side}/"}, *names]
        write(folder / f"capture/{side}/{hour}/4cbcd2f5.json", json.dumps(manifest))


def test_each_output_answers_its_input(tmp_path: Path) -> None:
    """Answer first, request after it, and the id and time that the job put at the end of the output."""
    job(tmp_path, {"a.csv": ("21,CA\n45,NY\n", f"0.5,{ID},{TIME}\n0.25,{ID},{TIME}\n")})
    rows = read(tmp_path, "capture")
    assert [(row["_c0"], row["_c1"], row["_c2"]) for row in rows] == [(0.5, 21, "CA"), (0.25, 45, "NY")]
    assert {(row["eventId"], row["inferenceTime"]) for row in rows} == {(ID, TIME)}
    assert read(tmp_path, "capture", data_format="sagemaker_capture") == rows


def test_json_lines_are_joined_by_name(tmp_path: Path) -> None:
    """Keys stay, SageMaker's own leave the features."""
    output = json.dumps({"score": 0.5, "SageMakerInferenceId": ID, "SageMakerInferenceTime": TIME})
    job(tmp_path, {"a.jsonl": ('{"age": 21}\n', output)})
    row = read(tmp_path, "capture")[0]
    assert row == {"score": 0.5, "age": 21, "eventId": ID, "inferenceId": ID, "inferenceTime": TIME}


def test_files_of_one_name_belong_to_their_hour(tmp_path: Path) -> None:
    """A job that runs daily on a file of the same name."""
    job(tmp_path / "one", {"a.csv": ("1\n", "0.1\n")})
    job(tmp_path / "two", {"a.csv": ("2\n", "0.2\n")}, "2026/01/03/03")
    for day in ("one", "two"):
        for path in sorted((tmp_path / day / "capture").rglob("*.json")):
            write(tmp_path / "all" / path.relative_to(tmp_path / day / "capture"), path.read_bytes())
    assert [(row["_c0"], row["_c1"]) for row in read(tmp_path, "all")] == [(0.1, 1), (0.2, 2)]


def test_a_file_that_is_gone_is_missing(tmp_path: Path) -> None:
    """A manifest promised it, so its rows are not passed over."""
    job(tmp_path, {"a.csv": ("1\n", "0.1\n")})
    (tmp_path / "data-output/a.csv.out").unlink()
    with pytest.raises(TablesMissingError, match=r"a\.csv\.out"):
        read(tmp_path, "capture")


@pytest.mark.parametrize("side", ["input", "output"])
def test_one_side_alone_is_missing(tmp_path: Path, side: str) -> None:
    """A job that failed on a file, or a manifest that was lost."""
    job(tmp_path, {"a.csv": ("1\n", "0.1\n"), "b.csv": ("2\n", "0.2\n")})
    manifest = tmp_path / f"capture/{side}/{HOUR}/4cbcd2f5.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text())[:2]))
    with pytest.raises(TablesMissingError, match=r"b\.csv"):
        read(tmp_path, "capture")


def test_an_output_with_fewer_rows_is_damage(tmp_path: Path) -> None:
    """Joining row by row would give every row after the gap a wrong answer."""
    job(tmp_path, {"a.csv": ("1\n2\n3\n", "0.1\n0.2\n")})
    with pytest.raises(TablesError, match=r"a\.csv has more rows than .*a\.csv\.out, which has 2"):
        read(tmp_path, "capture")


@pytest.mark.parametrize(
    "manifest", ["[]", "{}", '["a.csv"]', '[{"prefix": "x"}, 1]', '[{"prefix": "x"}, "../y"]', "[["]
)
def test_a_damaged_manifest_is_named(tmp_path: Path, manifest: str) -> None:
    """It names files, so nothing in it is taken on trust."""
    job(tmp_path, {"a.csv": ("1\n", "0.1\n")})
    write(tmp_path / f"capture/input/{HOUR}/4cbcd2f5.json", manifest)
    with pytest.raises(TablesError, match="capture/input/2026"):
        read(tmp_path, "capture")


def test_rows_without_inference_ids_are_of_the_hour_of_their_manifest(tmp_path: Path) -> None:
    """Jobs write ids and times only when they are asked to, and a window needs a time."""
    job(tmp_path, {"a.csv": ("1\n2\n", "0.1\n0.2\n")})
    assert [row["inferenceTime"] for row in read(tmp_path, "capture")] == [TIME, TIME]


def test_a_header_of_the_baselines_names_is_no_row(tmp_path: Path) -> None:
    """Jobs with a header in their input write one answer less; a row that does not fit the header is damage."""
    expected = {"score": pa.float64(), "age": pa.int64(), "state": pa.string()}
    job(tmp_path, {"a.csv": ("state,age\nCA,21\nNY,45\n", "0.1\n0.2\n")})
    rows = read(tmp_path, "capture", columns=expected)
    assert [(row["score"], row["age"], row["state"]) for row in rows] == [(0.1, 21, "CA"), (0.2, 45, "NY")]
    write(tmp_path / "data-input/a.csv", "state,age\nCA\nNY,45\n")
    with pytest.raises(TablesError, match=r"a\.csv: row 1 has 1 cells; the header has 2"):
        read(tmp_path, "capture", columns=expected)
