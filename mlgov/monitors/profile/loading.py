"""Reading profiles back, with nothing taken on trust."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from mlgov.documents import strict_json
from mlgov.errors import UsageError
from mlgov.monitors.profile import distinct, sums
from mlgov.monitors.profile.categorical import HASH_BUCKETS, SAMPLE_SIZE, CategoricalProfile, SampledValue
from mlgov.monitors.profile.layout import CategoricalLayout, ColumnKind, ColumnLayout, Layout, NumericLayout
from mlgov.monitors.profile.numeric import Buckets, FarValues, NumericProfile
from mlgov.monitors.profile.parts import Types
from mlgov.monitors.profile.rendering import NUMERIC, PLAIN, RANKS, SCHEMA
from mlgov.monitors.profile.values import ColumnProfile, Profile, Window

#: A profile of some thousand columns is a few megabytes.
MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 16


def load(data: bytes) -> Profile:
    """Read a profile back.

    Raises:
        UsageError: It is no profile of this schema, or its parts do not fit together.
    """
    try:
        value = strict_json.read(data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH, exact_integers=True)
        return _profile(value)
    except strict_json.StrictJsonError as error:
        raise _no_profile(f"it {error}") from None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise _no_profile(str(error)) from error


def _no_profile(reason: str) -> UsageError:
    return UsageError(f"This is not a profile: {reason}.", hint="Make the profile again, or restore the file from git.")


def _profile(value: dict[str, Any]) -> Profile:
    _need(isinstance(value, dict) and value.get("schema") == SCHEMA, f"its schema is not {SCHEMA}")
    columns = tuple(_column(column) for column in value["columns"])
    profile = Profile(
        layout=Layout(tuple(column.layout for column in columns)),
        rows=_count(value["rows"]),
        window=_window(value["window"]),
        sources=tuple(_text(source) for source in value["sources"]),
        columns=columns,
        extra_columns=tuple((name, _count(rows)) for name, rows in value["extra_columns"].items()),
    )
    _need(len(set(profile.layout.names)) == len(columns), "two columns have one name")
    _need(profile.layout.digest == value["layout"], "the digest of its layout does not fit")
    _need(all(column.rows + column.absent == profile.rows for column in columns), "a column's rows do not add up")
    return profile


def _need(holds: bool, problem: str) -> None:
    if not holds:
        raise ValueError(problem)


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r:.40} is not a whole number")
    return value


def _count(value: object) -> int:
    number = _whole(value)
    _need(number >= 0, f"{number} is not a count")
    return number


def _number(value: object) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):  # type: ignore[arg-type]
        raise ValueError(f"{value!r:.40} is not a number")
    return float(value)  # type: ignore[arg-type]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r:.40} is not a text")
    value.encode()  # half a surrogate pair is a ValueError here
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r:.40} is not true or false")
    return value


def _window(value: list[str] | None) -> Window | None:
    if value is None:
        return None
    start, end = (datetime.fromisoformat(_text(moment)) for moment in value)
    _need(start.tzinfo is not None and end.tzinfo is not None and start < end, "its window is none")
    return start.astimezone(UTC), end.astimezone(UTC)


def _column(value: dict[str, Any]) -> ColumnProfile:
    layout = _layout(value["layout"])
    types = Types(**{name: _count(count) for name, count in value["types"].items()})
    if isinstance(layout, NumericLayout):
        return _numeric(layout, types, value)
    return _categorical(layout, types, value)


def _layout(value: dict[str, Any]) -> ColumnLayout:
    kind = ColumnKind(value["kind"])
    if kind is ColumnKind.CATEGORICAL:
        vocabulary = tuple(_text(word) for word in value["vocabulary"])
        _need(list(vocabulary) == sorted(set(vocabulary)), "a vocabulary is not in order")
        sensitive = _flag(value.get("sensitive", False))
        return CategoricalLayout(_text(value["name"]), vocabulary, _flag(value["complete"]), sensitive=sensitive)
    edges = tuple(_number(edge) for edge in value["edges"])
    deciles = tuple(_count(first) for first in value["deciles"])
    _need(all(low < high for low, high in pairwise(edges)), "edges are not in order")
    bounds = (0, *deciles, len(edges) + 1)
    _need(all(low < high for low, high in pairwise(bounds)), "deciles are not in order")
    exponent = _whole(value["grid_exponent"])
    _need(sums.EXPONENTS[0] <= exponent <= sums.EXPONENTS[1], "a grid's step is out of range")
    centre = _number(value["grid_centre"])
    _need(abs(centre) * 2.0**-sums.CENTRE_BITS <= 2.0**exponent, "a grid's step is too small for its centre")
    return NumericLayout(
        name=_text(value["name"]),
        edges=edges,
        deciles=deciles,
        discrete=_flag(value["discrete"]),
        integral=_flag(value["integral"]),
        grid_centre=centre,
        grid_exponent=exponent,
        kind=kind,
    )


def _numeric(layout: NumericLayout, types: Types, value: dict[str, Any]) -> NumericProfile:
    column = NumericProfile(
        layout=layout,
        types=types,
        **{name: _count(value[name]) for name in NUMERIC},
        minimum=_optional(_number, value["minimum"]),
        maximum=_optional(_number, value["maximum"]),
        counts=tuple(_count(count) for count in value["counts"]),
        steps=tuple(_whole(steps) for steps in value["steps"]),
        squares=_count(value["squares"]),
        far=tuple(_far(part) for part in value["far"]),
        far_squares=_unscaled(value["far_squares"], 2 * sums.UNIT),
        below=_buckets(value["below"]),
        above=_buckets(value["above"]),
    )
    _check_numeric(column)
    return column


def _optional(read: Callable[[object], float], value: object) -> float | None:
    return None if value is None else read(value)


def _check_numeric(column: NumericProfile) -> None:
    name = column.layout.name
    _need(len(column.counts) == len(column.steps) == column.layout.bins, f"the bins of {name!r} do not fit")
    unread = column.types.text + column.types.other
    held = column.n + column.nan + column.infinite + unread
    _need(held + column.null == column.rows and column.types.total == held, f"the values of {name!r} do not add up")
    _need(
        (column.minimum is None) == (column.maximum is None) == (column.n == 0), f"the range of {name!r} does not fit"
    )
    _need((column.minimum or 0) <= (column.maximum or 0) or column.n == 0, f"the range of {name!r} does not fit")
    _need(column.zero + column.negative <= column.n, f"the signs of {name!r} do not add up")
    bins = [part.bin for part in column.far]
    fits = all(part.bin < column.layout.bins and 0 < part.count <= column.counts[part.bin] for part in column.far)
    _need(fits and bins == sorted(set(bins)), f"the far values of {name!r} do not fit")
    below, above = (sum(count for _, count in side) for side in (column.below, column.above))
    ends = (column.counts[0], column.counts[-1]) if column.layout.edges else (0, column.counts[0])
    _need((below, above) == ends, f"the values outside the range of {name!r} do not add up")


def _far(value: list[object]) -> FarValues:
    index, count, *total = value
    return FarValues(_count(index), _count(count), _unscaled(total, sums.UNIT))


def _unscaled(value: list[Any], unit: int) -> int:
    odd, exponent = (_whole(part) for part in value)
    _need(-unit <= exponent <= unit, "an exact sum is out of range")
    return odd << (exponent + unit)


def _buckets(value: list[list[object]]) -> Buckets:
    buckets = tuple((_whole(key), _count(count)) for key, count in value)
    keys = [key for key, _ in buckets]
    _need(keys == sorted(set(keys)), "log buckets are not in order")
    return buckets


def _categorical(layout: CategoricalLayout, types: Types, value: dict[str, Any]) -> CategoricalProfile:
    buckets = [0] * HASH_BUCKETS
    for key, count in value["buckets"].items():
        buckets[_index(key)] = _count(count)
    column = CategoricalProfile(
        layout=layout,
        types=types,
        **{name: _count(value[name]) for name in PLAIN},
        counts=tuple(_count(count) for count in value["counts"]),
        other=_count(value["other"]),
        unseen=_count(value["unseen"]),
        buckets=tuple(buckets),
        registers=_unpacked(value["registers"]),
        sample=tuple(_sampled(entry) for entry in value["sample"]),
    )
    _check_categorical(column)
    return column


def _check_categorical(column: CategoricalProfile) -> None:
    name = column.layout.name
    _need(len(column.counts) == len(column.layout.vocabulary), f"the counts of {name!r} do not fit its vocabulary")
    _need(sum(column.buckets) == column.rest, f"the hash buckets of {name!r} do not add up")
    _need(not (column.other if column.layout.complete else column.unseen), f"the unseen values of {name!r} do not fit")
    _need(column.types.total + column.null == column.rows, f"the values of {name!r} do not add up")
    _need(column.n <= column.types.total, f"the values of {name!r} do not add up")
    _need(not (column.sample and column.layout.sensitive), f"the sensitive column {name!r} has a sample")
    hashes = [value.hash for value in column.sample]
    _need(hashes == sorted(set(hashes)) and len(hashes) <= SAMPLE_SIZE, f"the sample of {name!r} is not in order")


def _index(key: str) -> int:
    _need(key == f"{int(key, 16):0{len(key)}x}", f"{key!r:.20} is no index")
    return int(key, 16)


def _sampled(value: list[object]) -> SampledValue:
    key, count, text = value
    return SampledValue(_index(_text(key)), None if text is None else _text(text), _count(count))


def _unpacked(value: str | dict[str, str]) -> bytes:
    if isinstance(value, str):
        _need(len(value) == distinct.REGISTERS, "there are not 4096 registers")
        return bytes(RANKS.index(letter) for letter in value)
    registers = bytearray(distinct.REGISTERS)
    for key, letter in value.items():
        registers[_index(key)] = RANKS.index(letter)
    return bytes(registers)
