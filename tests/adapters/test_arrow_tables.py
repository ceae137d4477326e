"""Reading data files: formats, folders, types, limits, and what happens to damaged or hostile files."""

import base64
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlgov.adapters.arrow_tables import ArrowTables, Limits
from mlgov.adapters.arrow_tables.quotes import QuoteWatch
from mlgov.adapters.arrow_tables.sources import is_outside
from mlgov.errors import TablesError, TablesLimitError, TablesMissingError, TablesUnreachableError


def read(folder: Path, uri: str, *, limits: Limits | None = None, **options: Any) -> list[dict[str, Any]]:
    """Read a source as rows."""
    return [row for batch in ArrowTables(folder, limits=limits).batches(uri, **options) for row in batch.to_pylist()]


def column_types(folder: Path, uri: str, **options: Any) -> list[dict[str, str]]:
    """Give the types of each batch."""
    batches = ArrowTables(folder).batches(uri, **options)
    return [{field.name: str(field.type) for field in batch.schema} for batch in batches]


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def captured(output: object, asked: object, encoding: str = "CSV", **metadata: object) -> str:
    """Write one capture record."""
    sides = {"endpointInput": asked, "endpointOutput": output}
    data = {name: {"data": side, "encoding": encoding} for name, side in sides.items() if side is not None}
    event = {"eventId": "e-1", "inferenceTime": "2026-01-02T03:04:05Z", **metadata}
    return json.dumps({"captureData": data, "eventMetadata": event, "eventVersion": "0"}) + "\n"


# Folders


def test_a_folder_is_all_its_files_in_sorted_order(tmp_path: Path) -> None:
    """Hours of a capture folder come in the order of time."""
    for hour in ("11", "09", "10"):
        write(tmp_path / f"capture/2026/01/02/{hour}/part.csv", f"hour\n{hour}\n")
    write(tmp_path / "capture/2026/01/02/11/_SUCCESS", "")
    assert read(tmp_path, "capture") == [{"hour": 9}, {"hour": 10}, {"hour": 11}]


def test_an_empty_folder_has_no_rows(tmp_path: Path) -> None:
    """No traffic is not damage."""
    (tmp_path / "traffic").mkdir()
    assert read(tmp_path, "traffic", data_format="csv") == []


def test_a_missing_source_is_missing(tmp_path: Path) -> None:
    """The error names the address."""
    with pytest.raises(TablesMissingError, match="traffic/churn"):
        read(tmp_path, "traffic/churn")


def test_a_file_of_another_format_is_not_passed_over(tmp_path: Path) -> None:
    """Silence about a file would be silence about its rows."""
    write(tmp_path / "traffic/a.csv", "x\n1\n")
    write(tmp_path / "traffic/b.txt", "x\n2\n")
    with pytest.raises(TablesError, match=r"b\.txt is not \.csv"):
        read(tmp_path, "traffic", data_format="csv")


def test_several_formats_in_a_folder_need_a_choice(tmp_path: Path) -> None:
    """The format of a folder is that of its files, when they agree."""
    write(tmp_path / "traffic/a.csv", "x\n1\n")
    write(tmp_path / "traffic/b.jsonl", captured("1", "2"))
    with pytest.raises(TablesError, match="several formats"):
        read(tmp_path, "traffic")


def test_compressed_text_is_refused(tmp_path: Path) -> None:
    """A few kilobytes of gzip can be gigabytes of CSV."""
    write(tmp_path / "a.csv.gz", b"\x1f\x8b")
    with pytest.raises(TablesError, match="compressed"):
        read(tmp_path, "a.csv.gz")


def test_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    """A link in a repository cannot show files of the machine that runs the monitors."""
    write(tmp_path / "outside/secret.csv", "x\n1\n")
    (tmp_path / "root/traffic").mkdir(parents=True)
    (tmp_path / "root/traffic/a.csv").symlink_to(tmp_path / "outside/secret.csv")
    with pytest.raises(TablesError, match=r"^traffic/a\.csv leads out of the repository\.$"):
        read(tmp_path / "root", "traffic")
    with pytest.raises(TablesError, match="leads out"):
        read(tmp_path / "root", "../outside/secret.csv")


def test_a_link_to_itself_is_not_our_bug(tmp_path: Path) -> None:
    """Python gives it up with an error that is no OSError."""
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    with pytest.raises(TablesError, match="leads to itself"):
        read(tmp_path, "loop.csv")


def test_a_link_to_a_folder_that_holds_it_is_refused(tmp_path: Path) -> None:
    """Whoever follows it reads the same files again and again; two of them would never end."""
    write(tmp_path / "data/day/a.csv", "a\n1\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "data/day/other").symlink_to(tmp_path / "other")
    assert read(tmp_path, "data") == [{"a": 1}]
    for link, target in (("data/day/up", "data"), ("other/back", "data/day")):
        (tmp_path / link).symlink_to(tmp_path / target)
        with pytest.raises(TablesError, match=r"^data/day/.* is a link to a folder that holds it"):
            read(tmp_path, "data")
        (tmp_path / link).unlink()


def test_an_unknown_scheme_is_an_error_of_ours(tmp_path: Path) -> None:
    """PyArrow's own exceptions stop here."""
    with pytest.raises(TablesUnreachableError, match="not an address"):
        read(tmp_path, "gopher://example/data.csv")


@pytest.mark.slow  # PyArrow tries for six seconds
def test_a_service_that_does_not_answer_says_nothing_about_the_data(tmp_path: Path) -> None:
    """A port of this machine where nobody listens."""
    address = "s3://key:secret@bucket/x.csv?endpoint_override=127.0.0.1:9&scheme=http&region=eu-west-1"
    with pytest.raises(TablesUnreachableError) as caught:
        read(tmp_path, address)
    assert "credentials" in caught.value.hint


def test_a_file_that_may_not_be_read_is_not_called_damaged() -> None:
    """The system numbers its errors; those of a damaged file have no number."""
    assert is_outside(PermissionError(13, "Permission denied"))
    assert is_outside(OSError("When reading: AWS Error NETWORK_CONNECTION during GetObject"))
    assert not is_outside(OSError("Couldn't deserialize thrift: No more data to read."))


# CSV


def test_csv_types_are_guessed(tmp_path: Path) -> None:
    """Whole numbers, numbers, booleans and text, in this order."""
    write(tmp_path / "a.csv", "i,f,b,t,empty\n1,1.5,true,x,\n2,,false,NA,\nNA,NaN,,7,\n")
    assert column_types(tmp_path, "a.csv") == [
        {"i": "int64", "f": "double", "b": "bool", "t": "string", "empty": "string"}
    ]
    assert read(tmp_path, "a.csv")[2] == {"i": None, "f": None, "b": None, "t": "7", "empty": None}


def test_na_is_missing_among_numbers_and_a_value_among_texts(tmp_path: Path) -> None:
    """NA is how R writes a missing number, and how Namibia is written."""
    write(tmp_path / "a.csv", "country,age\nNA,31\nDE,NA\n")
    assert read(tmp_path, "a.csv") == [{"country": "NA", "age": 31}, {"country": "DE", "age": None}]


def test_a_column_that_does_not_fit_comes_as_text(tmp_path: Path) -> None:
    """The other columns keep their types, and no row is lost between the fast and the exact path."""
    rows = [f"{i},{i}.5" for i in range(20_000)]
    rows[15_000] = "oops,15000.5"
    write(tmp_path / "a.csv", "id,x\n" + "\n".join(rows) + "\n")
    limits = Limits(line_bytes=64 * 1024)
    tables = ArrowTables(tmp_path, limits=limits)
    batches = list(tables.batches("a.csv", columns={"id": pa.int64(), "x": pa.float64()}))
    ids = [str(value) for batch in batches for value in batch.column("id").to_pylist()]
    assert ids == [row.split(",")[0] for row in rows]
    assert {str(batch.schema.field("x").type) for batch in batches} == {"double"}
    assert {str(batch.schema.field("id").type) for batch in batches} == {"int64", "string"}


def test_fractions_in_a_column_of_whole_numbers_come_as_numbers(tmp_path: Path) -> None:
    """A wider number is still a number."""
    write(tmp_path / "a.csv", "x\n1\n2.5\n")
    assert read(tmp_path, "a.csv", columns={"x": pa.int64()}) == [{"x": 1.0}, {"x": 2.5}]


def test_quotes_may_hold_line_ends(tmp_path: Path) -> None:
    """A cell in quotes is one cell."""
    write(tmp_path / "a.csv", 'text,n\n"two\nlines",1\n"a ""quote""",2\n')
    assert [row["text"] for row in read(tmp_path, "a.csv")] == ["two\nlines", 'a "quote"']


def test_a_short_row_names_file_and_line_but_no_values(tmp_path: Path) -> None:
    """The message helps to find the row without repeating it in a public log."""
    write(tmp_path / "a.csv", "a,b\n1,2\n424242\n")
    with pytest.raises(TablesError) as caught:
        read(tmp_path, "a.csv")
    assert caught.value.message == "a.csv:3: the row has 1 cells; the header has 2."
    assert "between quotes" in caught.value.hint


def test_a_damaged_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """A Parquet file that was cut off while it was copied."""
    pq.write_table(pa.table({"n": list(range(1000))}), tmp_path / "whole.parquet")
    data = (tmp_path / "whole.parquet").read_bytes()
    write(tmp_path / "a.parquet", data[: len(data) // 2])
    with pytest.raises(TablesError, match=r"^a\.parquet cannot be read: ") as caught:
        list(ArrowTables(tmp_path).batches("a.parquet"))
    assert "Write or copy it again." in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a,a\n1,2\n", "twice"),
        (b"a\n\xff\xfe\n", "UTF-8"),
        (b"\xff\xfea\x00\n", "is not UTF-8"),
        (b'"a\n1\n', "quote that its line does not close"),
        (b"\na,b\n1,2\n", ":1: the line is empty"),
    ],
)
def test_damaged_csv_is_an_error_with_a_reason(tmp_path: Path, text: bytes, said: str) -> None:
    """Each sort of damage is named."""
    write(tmp_path / "a.csv", text)
    with pytest.raises(TablesError, match=said):
        read(tmp_path, "a.csv")


@pytest.mark.parametrize("text", ["", "\n", "a,b\n"])
def test_csv_without_rows_has_no_rows(tmp_path: Path, text: str) -> None:
    """An empty file and a header alone are no damage."""
    write(tmp_path / "a.csv", text)
    assert read(tmp_path, "a.csv") == []


def test_a_byte_order_mark_and_a_nameless_column_are_taken(tmp_path: Path) -> None:
    """Spreadsheets write the one and data frames the other."""
    write(tmp_path / "a.csv", b"\xef\xbb\xbf,x\r\n0,5\r\n")
    assert read(tmp_path, "a.csv") == [{"_c0": 0, "x": 5}]


@pytest.mark.parametrize("last", ["", "\n", "\r\n"])
@pytest.mark.parametrize("before", ["", 'a "quote",1\n', '"a ""quote""",1\n', '5",1\n'])
def test_a_quote_that_is_never_closed_is_damage(tmp_path: Path, before: str, last: str) -> None:
    """It would take all rows that follow as one cell; the message names its line."""
    write(tmp_path / "a.csv", "n,t\n" + before + '1,"x' + "\n2,y" * 500 + last)
    with pytest.raises(TablesError) as caught:
        read(tmp_path, "a.csv")
    assert caught.value.message == f"a.csv:{3 if before else 2}: a quote is opened and never closed."


def test_a_quote_that_is_closed_far_below_is_damage(tmp_path: Path) -> None:
    """Two stray quotes would take all rows between them as one cell."""
    write(tmp_path / "a.csv", 'n,t\n1,"x\n' + "2,y\n" * 1_500 + '3,z"\n4,z\n')
    with pytest.raises(TablesError, match=r"a\.csv:2: a quote opens a cell of more than 1,000 lines"):
        read(tmp_path, "a.csv")


def test_an_open_quote_is_seen_across_blocks(tmp_path: Path) -> None:
    """A file is read in pieces, and the quote may be in any of them."""
    rows = [f'{number},"t ""{number}"""' for number in range(5_000)]
    limits = Limits(line_bytes=10_000)
    write(tmp_path / "a.csv", "n,t\n" + "\n".join(rows))
    assert len(read(tmp_path, "a.csv", limits=limits)) == 5_000
    write(tmp_path / "a.csv", "n,t\n" + "\n".join(rows) + '\n7,"x')
    with pytest.raises(TablesError, match=r"a\.csv:5002: "):
        read(tmp_path, "a.csv", limits=limits)


def test_quotes_are_followed_as_a_machine_of_single_characters_would(tmp_path: Path) -> None:
    """Random text in random pieces: the fast way gives the line that the slow way gives."""
    chance = random.Random(5)  # noqa: S311
    for _ in range(3_000):
        text = "".join(chance.choice('""",\n\ra') for _ in range(chance.randrange(30)))
        watch = QuoteWatch(pa.BufferReader(text.encode()), 1_000)
        while watch.read(chance.choice([1, 2, 3, 50])):
            pass
        said = f":{open_quote(text)}:"
        try:
            watch.check("")
        except TablesError as error:
            assert error.message.startswith(said), text
        else:
            assert said == ":0:", text


def open_quote(text: str) -> int:
    """Find the line of the quote that is still open at the end, character by character; 0 when none is."""
    line, opened, is_start, place = 1, 0, True, 0
    while place < len(text):
        here, following = text[place], text[place + 1 : place + 2]
        if opened and here == following == '"':
            place += 1
        elif here == '"' and (opened or is_start):
            opened = 0 if opened else line
        is_start = not opened and here in ",\r\n"
        line += here == "\n" or (here == "\r" and following != "\n")
        place += 1
    return opened


# Parquet


def test_parquet_texts_are_dictionaries(tmp_path: Path) -> None:
    """Categories are counted by their codes, not one by one."""
    pq.write_table(pa.table({"t": ["x", "y", "x"], "n": [1, 2, 3]}), tmp_path / "a.parquet")
    assert column_types(tmp_path, "a.parquet")[0]["t"].startswith("dictionary")


@pytest.mark.parametrize("threads", [1, 2])
def test_columns_that_nobody_asks_for_are_not_read(tmp_path: Path, threads: int) -> None:
    """Parquet leaves them out; a file that has none of those asked for comes whole, so that its rows count."""
    pq.write_table(pa.table({"x": [1, 2, 3], "word": ["a", "b", "c"]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"other": [1.5, 2.5]}), tmp_path / "2.parquet")
    tables = ArrowTables(tmp_path, threads=threads)
    met = tables.fold(".", lambda batches: [(b.schema.names, len(b)) for b in batches], list.__add__, only={"x", "y"})
    assert sorted(met) == [(["other"], 2), (["x"], 3)]


def test_damaged_parquet_is_our_error(tmp_path: Path) -> None:
    """Neither a cut file nor nonsense gives a traceback."""
    pq.write_table(pa.table({"n": list(range(1000))}), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    for damaged in (b"", b"nonsense", whole[:200], whole[:-20]):
        write(tmp_path / "b.parquet", damaged)
        with pytest.raises(TablesError, match=r"b\.parquet"):
            read(tmp_path, "b.parquet")


@pytest.mark.slow
def test_a_thousand_mutated_parquet_files_only_give_our_errors(tmp_path: Path) -> None:
    """Any byte of the footer may be wrong."""
    pq.write_table(pa.table({"n": list(range(1000)), "t": ["x", "y"] * 500}), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    chance = random.Random(7)  # noqa: S311
    for _ in range(1000):
        data = bytearray(whole)
        for _ in range(3):
            data[-chance.randrange(1, 700)] = chance.randrange(256)
        write(tmp_path / "b.parquet", bytes(data))
        try:
            read(tmp_path, "b.parquet")
        except TablesError:
            continue


def peak_of(folder: Path, name: str) -> tuple[int, str]:
    """Read a source in a process of its own; gives its peak memory in bytes (Linux) and the error that came."""
    code = r"""
import re, sys
from pathlib import Path
from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.errors import TablesError
said = ""
try:
    for batch in ArrowTables(Path(sys.argv[1])).batches(sys.argv[2]):
        pass
except TablesError as error:
    said = f"{type(error).__name__}: {error.message}"
print(int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024)
print(said)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), name], capture_output=True, text=True, check=True, timeout=120
    )
    peak, said = done.stdout.split("\n")[:2]
    return int(peak), said


def test_one_row_of_sixty_million_numbers_is_not_unpacked(tmp_path: Path) -> None:
    """A list is left out before it is read; the flat column beside it is read."""
    numbers = pa.repeat(0, 60_000_000)
    bomb = pa.ListArray.from_arrays(pa.array([0, len(numbers)], pa.int32()), numbers)
    pq.write_table(pa.table({"bomb": bomb, "n": [7]}), tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 2_000
    assert read(tmp_path, "a.parquet") == [{"n": 7}]
    peak, said = peak_of(tmp_path, "a.parquet")
    assert (peak < 400_000_000, said) == (True, "")


def test_only_nested_columns_are_refused(tmp_path: Path) -> None:
    """A file of which nothing can be read is not a file without rows."""
    pq.write_table(pa.table({"l": [[1]], "s": [{"x": 1}], "m": [{"y": [2]}]}), tmp_path / "a.parquet")
    with pytest.raises(TablesError, match="only nested columns"):
        read(tmp_path, "a.parquet")


def test_a_column_and_a_part_of_a_structure_of_one_path_are_refused(tmp_path: Path) -> None:
    """Asking for the one would read the other."""
    pq.write_table(pa.table({"a": [{"b": 1}], "a.b": [2]}), tmp_path / "a.parquet")
    with pytest.raises(TablesError, match=r"two columns named 'a\.b'"):
        read(tmp_path, "a.parquet")


@pytest.mark.parametrize("kind", [pa.large_string(), pa.large_binary()])
def test_a_giant_text_counts_in_every_row_that_has_it(tmp_path: Path, kind: pa.DataType) -> None:
    """It is stored once, so that the footer speaks of one megabyte where there is a gigabyte."""
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), pa.array(["x" * 1_000_000]).cast(kind))
    pq.write_table(pa.table({"t": cells}), tmp_path / "a.parquet", compression="zstd", store_schema=False)
    assert pq.read_metadata(tmp_path / "a.parquet").row_group(0).total_byte_size < 2_000_000
    peak, said = peak_of(tmp_path, "a.parquet")
    assert "TablesLimitError: a.parquet has 1,000,000,000 bytes in 1,000 rows" in said
    assert peak < 400_000_000


@pytest.mark.slow
@pytest.mark.parametrize("size", [130_000, 500_000])
def test_different_giant_texts_stay_below_a_gigabyte(tmp_path: Path, size: int) -> None:
    """The smaller ones are read group by group, the larger ones are refused."""
    rows = pa.table({"t": [f"{number}{'x' * size}" for number in range(1000)] * 2})
    pq.write_table(rows, tmp_path / "a.parquet", compression="zstd", use_dictionary=False, row_group_size=1000)
    peak, said = peak_of(tmp_path, "a.parquet")
    assert bool(said) == (size == 500_000)
    assert peak < 1_000_000_000


def test_byte_strings_and_json_come_as_before(tmp_path: Path) -> None:
    """Byte strings are dictionaries only while they are measured."""
    pq.write_table(pa.table({"b": [b"x", None], "j": pa.array(["{}", None], pa.json_())}), tmp_path / "a.parquet")
    assert column_types(tmp_path, "a.parquet")[0]["b"] == "binary"
    assert read(tmp_path, "a.parquet") == [{"b": b"x", "j": "{}"}, {"b": None, "j": None}]


# Limits


def test_rows_are_refused_from_the_footer(tmp_path: Path) -> None:
    """A file of a few kilobytes that holds a million rows is refused before a row is read."""
    pq.write_table(pa.table({"n": pa.repeat(0, 1_000_000)}), tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 10_000
    with pytest.raises(TablesLimitError, match="more than 999,999 rows"):
        read(tmp_path, "a.parquet", limits=Limits(rows=999_999))


def test_cells_are_summed_over_files_before_reading(tmp_path: Path) -> None:
    """Many small files are one large source."""
    for name in "ab":
        pq.write_table(pa.table({"n": [1] * 60, "m": [2] * 60}), tmp_path / f"{name}.parquet")
    tables = ArrowTables(tmp_path, limits=Limits(cells=200))
    with pytest.raises(TablesLimitError, match="200 cells"):
        next(tables.batches("."))


def test_a_large_row_group_is_refused(tmp_path: Path) -> None:
    """What is unpacked at once is limited."""
    pq.write_table(pa.table({"t": ["x" * 1000] * 1000}), tmp_path / "a.parquet", use_dictionary=False)
    with pytest.raises(TablesLimitError, match="row group"):
        read(tmp_path, "a.parquet", limits=Limits(text_group_bytes=100_000))


def test_too_many_columns_are_not_cured_by_a_smaller_window(tmp_path: Path) -> None:
    """The hint is about columns."""
    write(tmp_path / "a.csv", "a,b,c\n1,2,3\n")
    with pytest.raises(TablesLimitError, match="3 columns") as caught:
        read(tmp_path, "a.csv", limits=Limits(columns=2))
    assert caught.value.hint == "Write the columns that are to be watched into a file of their own."


@pytest.mark.parametrize(
    ("name", "text", "limits"),
    [
        ("a.csv", "a,b,c\n1,2,3\n", Limits(columns=2)),
        ("a.csv", "a\n" + "1\n" * 11, Limits(rows=10)),
        ("a.csv", "a\n" + "x" * 5000 + "\n", Limits(line_bytes=1000)),
        ("a.csv", "a" * 5000 + "\n1\n", Limits(line_bytes=1000)),
        ("a.jsonl", captured("1", ",".join("12345")), Limits(columns=3)),
        ("a.jsonl", captured("1", "2") * 11, Limits(rows=10)),
        ("a.jsonl", captured("1", "2" * 5000), Limits(line_bytes=1000)),
        ("a.jsonl", captured("1\n" * 20, "2\n" * 20), Limits(record_rows=10)),
    ],
)
def test_text_beyond_a_limit_is_refused(tmp_path: Path, name: str, text: str, limits: Limits) -> None:
    """Columns, rows and line lengths are counted while reading."""
    write(tmp_path / name, text)
    with pytest.raises(TablesLimitError):
        read(tmp_path, name, limits=limits)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    """A folder has a limit too."""
    for number in range(4):
        write(tmp_path / f"traffic/{number}.csv", "a\n1\n")
    with pytest.raises(TablesLimitError, match="4 files"):
        read(tmp_path, "traffic", limits=Limits(files=3))


# SageMaker capture


def test_outputs_come_first_then_inputs(tmp_path: Path) -> None:
    """Cells without names are numbered over both sides; the event stays beside them."""
    write(tmp_path / "a.jsonl", captured("0.87", "21,CA\n", inferenceId="i-1"))
    assert read(tmp_path, "a.jsonl") == [
        {
            "_c0": 0.87,
            "_c1": 21,
            "_c2": "CA",
            "eventId": "e-1",
            "inferenceId": "i-1",
            "inferenceTime": "2026-01-02T03:04:05Z",
        }
    ]


def test_cells_are_named_by_the_baseline(tmp_path: Path) -> None:
    """When the baseline has as many columns, its names are used in its order."""
    write(tmp_path / "a.jsonl", captured("0.87", "21,CA"))
    columns = {"score": pa.float64(), "age": pa.int64(), "state": pa.string()}
    row = read(tmp_path, "a.jsonl", columns=columns)[0]
    assert {name: row[name] for name in columns} == {"score": 0.87, "age": 21, "state": "CA"}


def test_a_payload_of_several_rows_is_exploded(tmp_path: Path) -> None:
    """Row i of a request gets the event's id with #i."""
    write(tmp_path / "a.jsonl", captured("0.1\n0.9\n", "1,2\n3,4\n"))
    rows = read(tmp_path, "a.jsonl")
    assert [(row["_c0"], row["_c1"], row["_c2"], row["eventId"]) for row in rows] == [
        (0.1, 1, 2, "e-1#0"),
        (0.9, 3, 4, "e-1#1"),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        '{"age": 21, "state": "CA"}',
        '[{"age": 21, "state": "CA"}]',
        '{"instances": [{"age": 21, "state": "CA"}]}',
        '{"age": [21], "state": ["CA"]}',
        '{"age": 21, "state": "CA"}\n',
    ],
)
def test_json_in_all_its_shapes_is_rows(tmp_path: Path, asked: str) -> None:
    """A mapping, a list of mappings, instances and columns give the same row."""
    write(tmp_path / "a.jsonl", captured(None, asked, "JSON"))
    row = read(tmp_path, "a.jsonl")[0]
    assert (row["age"], row["state"]) == (21, "CA")


def test_a_request_in_json_and_an_answer_in_csv_make_one_row(tmp_path: Path) -> None:
    """The answer's text is a number, the request's text stays text; the baseline names the answer."""
    sides = {
        "endpointInput": {"data": '{"age": 21, "zip": "01234"}', "encoding": "JSON"},
        "endpointOutput": {"data": "0.5\n", "encoding": "CSV"},
    }
    write(tmp_path / "a.jsonl", json.dumps({"captureData": sides}))
    row = read(tmp_path, "a.jsonl")[0]
    assert (row["_c0"], row["age"], row["zip"]) == (0.5, 21, "01234")
    columns = {"zip": pa.string(), "score": pa.float64(), "age": pa.int64()}
    row = read(tmp_path, "a.jsonl", columns=columns)[0]
    assert (row["score"], row["age"], row["zip"]) == (0.5, 21, "01234")


def test_json_lines_in_a_payload_are_rows(tmp_path: Path) -> None:
    """Containers that answer JSON lines are read line by line."""
    write(tmp_path / "a.jsonl", captured(None, '{"age": 21}\n{"age": 22}\n', "JSON"))
    assert [row["age"] for row in read(tmp_path, "a.jsonl")] == [21, 22]


def test_json_texts_stay_texts(tmp_path: Path) -> None:
    """A postal code is no number, and JSON says so."""
    write(tmp_path / "a.jsonl", captured(None, '{"zip": "01234", "n": 1, "deep": {"x": [1, 2]}}', "JSON"))
    row = read(tmp_path, "a.jsonl")[0]
    assert (row["zip"], row["n"], row["deep.x"]) == ("01234", 1, "[1, 2]")


def test_an_answer_named_like_an_input_is_told_apart(tmp_path: Path) -> None:
    """The input keeps its name."""
    write(tmp_path / "a.jsonl", captured('{"age": 0.5}', '{"age": 21}', "JSON"))
    row = read(tmp_path, "a.jsonl")[0]
    assert (row["output_age"], row["age"]) == (0.5, 21)


def test_base64_is_unpacked_by_its_content_type(tmp_path: Path) -> None:
    """Some containers answer CSV as text/html, and capture stores that as base64."""
    sides = {
        "endpointInput": {"data": base64.b64encode(b"21,CA").decode(), "encoding": "BASE64"},
        "endpointOutput": {
            "data": base64.b64encode(b"0.5").decode(),
            "encoding": "BASE64",
            "observedContentType": "text/html; charset=utf-8",
        },
    }
    write(tmp_path / "a.jsonl", json.dumps({"captureData": sides}))
    row = read(tmp_path, "a.jsonl")[0]
    assert (row["_c0"], row["_c1"], row["_c2"]) == (0.5, 21, "CA")


def test_numbers_beyond_every_type_are_still_numbers(tmp_path: Path) -> None:
    """Whole numbers of hundreds of digits and 1e999 do not stop a monitor."""
    write(tmp_path / "a.jsonl", captured(None, f'{{"a": {10**400}, "b": 1e999, "c": NaN}}', "JSON"))
    row = read(tmp_path, "a.jsonl")[0]
    assert row["a"] == row["b"] == float("inf")
    assert row["c"] != row["c"]


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "not JSON"),
        ("[1]", "no captureData"),
        ('{"captureData": 5}', "no captureData"),
        (DEEP, "nested deeper"),
        (captured(None, DEEP, "JSON"), "nested deeper"),
        ('{"captureData": {}, "x": "' + '\\"' * 50_000, "not JSON"),
        (captured("1\n2", "1\n2\n3"), "3 rows and the answer 2"),
        (captured("1", "1,2\n3"), "different numbers of cells"),
        (captured("1", '"open', "CSV"), "CSV data cannot be read"),
        (captured("1", "!", "BASE64"), "base64"),
        (captured("1", "2", "PICKLE"), "encoding 'PICKLE'"),
        (captured(None, "9" * 5000, "JSON"), "too many digits"),
        (b'{"captureData": "\xff"}', "UTF-8"),
    ],
)
def test_damaged_capture_names_file_and_line(tmp_path: Path, line: str | bytes, said: str) -> None:
    """Hostile and broken lines are refused, with their place."""
    data = line if isinstance(line, bytes) else line.encode()
    write(tmp_path / "a.jsonl", captured("1", "2").encode() + b"\n" + data.rstrip(b"\n") + b"\n")
    with pytest.raises(TablesError, match=said) as caught:
        read(tmp_path, "a.jsonl")
    assert caught.value.message.startswith("a.jsonl:3: ")


@pytest.mark.parametrize(("separator", "called"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_separator_is_named(tmp_path: Path, separator: str, called: str) -> None:
    """Silently taking the whole line as one column would compare nothing."""
    write(tmp_path / "a.csv", f"age{separator}state\n1,5{separator}CA\n")
    with pytest.raises(TablesError) as caught:
        read(tmp_path, "a.csv")
    assert called in caught.value.hint


def test_an_unknown_ending_names_the_option(tmp_path: Path) -> None:
    """The hint can be typed."""
    write(tmp_path / "data.txt", "a\n1\n")
    with pytest.raises(TablesError) as caught:
        read(tmp_path, "data.txt")
    assert "--data-format" in caught.value.hint
