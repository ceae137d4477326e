"""SageMaker's capture of batch transform jobs: manifests that name input files and their outputs.

Below the address lie ``input/…`` and ``output/…`` with one manifest per job, by hour: a JSON list of a mapping with the
``prefix`` and then of names below it. Row by row an output file (``data.csv.out``) answers its input (``data.csv``).
A first row of CSV that has nothing but names of the baseline is a header.
With inference ids, each row of the output ends with the id and the time of the job. Without them, the time of a row is
the hour of its manifest, by which Model Monitor chooses what it looks at.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, zip_longest
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from mlgov.adapters.arrow_tables.captured_rows import Held, Names, Types, joined, typed_names
from mlgov.adapters.arrow_tables.csv_files import RAGGED
from mlgov.adapters.arrow_tables.hours import hour_of
from mlgov.adapters.arrow_tables.limits import Limits, Tally, too_much
from mlgov.adapters.arrow_tables.payloads import PayloadError, Row, read_json, row_of
from mlgov.adapters.arrow_tables.sources import SIDES, DataFile
from mlgov.adapters.arrow_tables.text_lines import lines
from mlgov.errors import TablesError, TablesMissingError

_OUT = ".out"
_JSON_ENDINGS = (".json", ".jsonl")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID_KEY, _TIME_KEY = "SageMakerInferenceId", "SageMakerInferenceTime"

#: Finds the file at an address. Raises TablesError.
Opened = Callable[[str], DataFile]


def is_batch(parts: Iterable[str]) -> bool:
    """Say whether files, by their paths below the address, are manifests of both sides and nothing else."""
    tops = {path.split("/")[0] for path in parts if "/" in path}
    return tops == set(SIDES) and all("/" in path and PurePosixPath(path).suffix in ("", ".json") for path in parts)


def batches(files: dict[str, DataFile], opened: Opened, tally: Tally, expected: Types) -> Iterator[pa.RecordBatch]:
    """Stream the rows of all jobs.

    Args:
        files: The manifests by their path below the address.
        opened: Finds the files that they name.
        tally: Counts rows and cells.
        expected: Types by column, in the order of the baseline; other columns get the type that fits.

    Raises:
        TablesMissingError: An input has no output, an output no input, or a file that a manifest names is gone.
        TablesError: A manifest or a file is damaged, or an output has more or fewer rows than its input.
        TablesLimitError: There are too many rows, cells or columns, or a line is too long or too deep.
    """
    names, held = Names(expected), Held(dict(expected))
    asked, answered = (_listed(files, side, tally.limits) for side in SIDES)
    for (hour, name), (address, label) in answered.items():
        source = asked.pop((hour, name.removesuffix(_OUT)), None)
        if source is None:
            raise TablesMissingError(f"{label} names {name}, and no manifest of its hour names the input of it.")
        moment = _moment(hour)
        for row, typed, place in _rows(opened(source[0]), opened(address), tally.limits, names):
            tally.add(place, 1, len(row))
            yield from held.batch_before(moment | row)
            held.add(moment | row, typed)
    yield from held.rest()
    if asked:
        (_, name), (_, label) = next(iter(asked.items()))
        raise TablesMissingError(f"{label} names {name}, which has no output.", hint="Did the job fail?")


def _listed(files: dict[str, DataFile], side: str, limits: Limits) -> dict[tuple[str, str], tuple[str, str]]:
    """List what the manifests of a side name: by hour and name, the address and the manifest."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for path, file in sorted(files.items()):
        if path.startswith(f"{side}/"):
            prefix, names = _manifest(file, limits)
            hour = str(PurePosixPath(path).parent).removeprefix(side)
            found |= {(hour, name): (prefix + name, file.label) for name in names}
    if len(found) > limits.files:
        raise too_much(side, f"names {len(found):,} files; the limit is {limits.files:,}")
    return found


def _manifest(file: DataFile, limits: Limits) -> tuple[str, list[str]]:
    if file.size > limits.line_bytes:
        raise too_much(file.label, f"has {file.size:,} bytes; the limit is {limits.line_bytes:,}")
    with file.system.open_input_stream(file.path, compression=None) as source:
        data = source.read(limits.line_bytes)
    try:
        value = read_json(data, limits.json_depth)
    except PayloadError as error:
        raise TablesError(f"{file.label}: {error}.") from None
    match value:
        case [{"prefix": str(prefix)}, *names] if all(isinstance(n, str) and ".." not in n.split("/") for n in names):
            return prefix, names
    raise TablesError(f"{file.label} is no manifest.", hint="It is a list: a mapping with the prefix, then names.")


def _rows(
    source: DataFile, answer: DataFile, limits: Limits, names: Names
) -> Iterator[tuple[dict[str, Any], list[str], str]]:
    """Join an output row by row with its input."""
    is_typed = [name.endswith(_JSON_ENDINGS) for name in (answer.path.removesuffix(_OUT), source.path)]
    sides = (_side(answer, limits, names, typed=is_typed[0]), _side(source, limits, names, typed=is_typed[1]))
    pairs = zip_longest(*sides)
    for number, (output, asked) in enumerate(pairs, 1):
        if output is None or asked is None:
            longer, shorter = (source, answer) if output is None else (answer, source)
            raise TablesError(f"{longer.label} has more rows than {shorter.label}, which has {number - 1:,}.")
        output, metadata = _identified(output)
        row = joined(output, asked, names)
        typed = typed_names(row, len(output), output=is_typed[0], asked=is_typed[1])
        yield row | metadata, typed, f"{answer.label}:{number}"


def _side(file: DataFile, limits: Limits, names: Names, *, typed: bool) -> Iterator[Row]:
    if typed:
        for place, line in lines(file, limits):
            try:
                yield row_of(read_json(line, limits.json_depth))
            except PayloadError as error:
                raise TablesError(f"{place}: {error}.") from None
        return
    try:
        rows = csv.reader(_texts(file, limits), strict=True, skipinitialspace=True)
        first = next(rows, [])
        if names.are_header(first):
            yield from _named(rows, first, file.label)
            return
        yield from chain([first] if first else [], rows)
    except csv.Error as error:
        raise TablesError(f"{file.label} is not CSV that can be read: {error}.") from None


def _named(rows: Iterable[list[str]], header: list[str], label: str) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            said = f"{label}: row {number:,} has {len(row)} cells; the header has {len(header)}."
            raise TablesError(said, hint=RAGGED)
        yield dict(zip(header, row, strict=True))


def _texts(file: DataFile, limits: Limits) -> Iterator[str]:
    for place, line in lines(file, limits):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            raise TablesError(f"{place}: the text is not UTF-8.") from None


def _identified(output: Row) -> tuple[Row, dict[str, str]]:
    """Take the id and the time of the job from the end of a row."""
    if isinstance(output, dict) and _ID_KEY in output:
        kept = {key: value for key, value in output.items() if key not in (_ID_KEY, _TIME_KEY)}
        return kept, _metadata(str(output[_ID_KEY]), str(output.get(_TIME_KEY, "")))
    if isinstance(output, list) and len(output) > 2 and _ID.fullmatch(str(output[-2])):
        return output[:-2], _metadata(str(output[-2]), str(output[-1]))
    return output, {}


def _moment(hour: str) -> dict[str, str]:
    """Give the time of rows that say none: the start of the hour in whose folder their manifest lies."""
    found = hour_of(f"{hour}/manifest")
    return {"inferenceTime": found.strftime("%Y-%m-%dT%H:%M:%SZ")} if found else {}


def _metadata(identity: str, moment: str) -> dict[str, str]:
    return {"eventId": identity, "inferenceId": identity, "inferenceTime": moment}
