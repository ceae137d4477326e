"""What a record keeps so that a violation explains itself: likely causes and both distributions, from two profiles."""

from collections.abc import Iterable
from dataclasses import replace

from mlgov.monitors.causes import likely_causes
from mlgov.monitors.column_result import ColumnResult, LikelyCause
from mlgov.monitors.distribution import distribution
from mlgov.monitors.profile import Profile
from mlgov.monitors.verdicts import Verdict

#: Verdicts that people look into.
EXPLAINED = frozenset({Verdict.VIOLATION.value, Verdict.WARNING.value})


def explained(columns: Iterable[ColumnResult], reference: Profile, current: Profile) -> tuple[ColumnResult, ...]:
    """Explain the columns that are broken or close to it; the others stay as they are.

    Args:
        columns: What was found.
        reference: The baseline's profile.
        current: The window's profile, in the same layout.
    """
    pairs = {old.layout.name: (old, new) for old, new in zip(reference.columns, current.columns, strict=True)}
    return tuple(
        replace(
            column,
            causes=tuple(LikelyCause(each.kind.value, each.sentence) for each in likely_causes(*pairs[column.name])),
            distribution=distribution(*pairs[column.name]),
        )
        if column.verdict in EXPLAINED and column.name in pairs
        else column
        for column in columns
    )
