"""A metric with how sure it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric.

    Attributes:
        value: Its value; None when it is not defined, for instance precision without a positive answer.
        count: Rows that it rests on.
        standard_error: Its standard error; None when not known. Never zero only because nothing went wrong.
        lower: Lower end of the 95% confidence interval; None when not known.
        upper: Its upper end.
    """

    value: float | None
    count: int
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
