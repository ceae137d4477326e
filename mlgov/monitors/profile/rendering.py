"""Profiles as canonical JSON: small, diffable, one line per column."""

from dataclasses import astuple, fields
from datetime import UTC, datetime
from typing import Any

from mlgov.monitors.profile import distinct, sums
from mlgov.monitors.profile.categorical import CategoricalProfile
from mlgov.monitors.profile.layout import canonical, layout_value
from mlgov.monitors.profile.numeric import NumericProfile
from mlgov.monitors.profile.parts import Types
from mlgov.monitors.profile.values import ColumnProfile, Profile
from mlgov.names import NAMED_FROM

SCHEMA = "mlgov/profile/v1"

#: Registers as one letter each; ranks end at 53.
RANKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz01"

PLAIN = ("rows", "absent", "null")
NUMERIC = (*PLAIN, "nan", "positive_infinity", "negative_infinity", "zero", "negative")
TYPES = tuple(field.name for field in fields(Types))


def render(profile: Profile) -> bytes:
    """Write a profile, with its layout, as canonical JSON: ASCII, sorted keys, one column per line.

    Values outside the vocabulary that fewer than five rows share are written as their hash alone. Merging profiles
    before they are written can therefore show a value that merging them afterwards does not; nothing else differs.
    """
    head = {
        "extra_columns": dict(profile.extra_columns),
        "layout": profile.layout.digest,
        "rows": profile.rows,
        "schema": SCHEMA,
        "sources": list(profile.sources),
        "window": [_moment(moment) for moment in profile.window] if profile.window else None,
    }
    lines = ",\n".join(canonical(_column_value(column)) for column in profile.columns)
    inner = ",\n".join(f"{canonical(key)}:{canonical(value)}" for key, value in head.items())
    return f'{{\n"columns":[\n{lines}\n],\n{inner}\n}}\n'.encode("ascii")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _column_value(column: ColumnProfile) -> dict[str, Any]:
    value = {name: getattr(column, name) for name in (NUMERIC if isinstance(column, NumericProfile) else PLAIN)}
    types = {name: count for name, count in zip(TYPES, astuple(column.types), strict=True) if count}
    value |= {"layout": layout_value(column.layout), "types": types, "counts": column.counts}
    return value | (_numeric_part(column) if isinstance(column, NumericProfile) else _categorical_part(column))


def _numeric_part(column: NumericProfile) -> dict[str, Any]:
    return {
        "minimum": column.minimum,
        "maximum": column.maximum,
        "steps": column.steps,
        "squares": column.squares,
        "far": [[part.bin, part.count, *_scaled(part.total, sums.UNIT)] for part in column.far],
        "far_squares": _scaled(column.far_squares, 2 * sums.UNIT),
        "below": column.below,
        "above": column.above,
    }


def _scaled(total: int, unit: int) -> list[int]:
    """Write ``total * 2 ** -unit`` as an odd number and an exponent."""
    zeros = (total & -total).bit_length() - 1 if total else unit
    return [total >> zeros, zeros - unit]


def _categorical_part(column: CategoricalProfile) -> dict[str, Any]:
    sample = [
        [f"{value.hash:016x}", value.count, value.text if value.count >= NAMED_FROM else None]
        for value in column.sample
    ]
    buckets = {f"{index:02x}": count for index, count in enumerate(column.buckets) if count}
    return {
        "other": column.other,
        "unseen": column.unseen,
        "buckets": buckets,
        "registers": _packed(column.registers),
        "sample": sample,
    }


def _packed(registers: bytes) -> str | dict[str, str]:
    """Write registers as one letter each, or, when few are used, as letters by index."""
    used = {f"{index:03x}": RANKS[rank] for index, rank in enumerate(registers) if rank}
    return used if len(used) < distinct.REGISTERS // 16 else "".join(RANKS[rank] for rank in registers)
