"""What a window, or a part of it, comes to."""

from collections.abc import Sequence
from dataclasses import dataclass

from mlgov.monitors.column_result import ColumnResult
from mlgov.monitors.results import ExecutionStatus, MetricResult, Violation


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a window comes to.

    Attributes:
        status: The state of the execution.
        violations: What is broken.
        warnings: What is only noted.
        columns: What was found, by column, in the order of the baseline.
        metrics: What was found, by metric of the model.
        profile: What the verdict was made from, as the file that is kept: counts and sums, never rows.
        sentence: Why there is no verdict; empty when there is one.
    """

    status: ExecutionStatus
    violations: tuple[Violation, ...] = ()
    warnings: tuple[Violation, ...] = ()
    columns: tuple[ColumnResult, ...] = ()
    metrics: tuple[MetricResult, ...] = ()
    profile: bytes = b""
    sentence: str = ""


def status_of(verdicts: Sequence[str]) -> ExecutionStatus:
    """Give the state that verdicts on metrics come to: insufficient when more than half of those compared are.

    Args:
        verdicts: violation, insufficient, warning, ok or not_compared.
    """
    compared = [verdict for verdict in verdicts if verdict != "not_compared"]
    if "violation" in compared:
        return ExecutionStatus.COMPLETED_WITH_VIOLATIONS
    if 2 * compared.count("insufficient") > len(compared) or not compared:
        return ExecutionStatus.INSUFFICIENT_DATA
    return ExecutionStatus.COMPLETED
