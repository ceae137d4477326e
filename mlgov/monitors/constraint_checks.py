"""Constraints as counts: how many rows of a column are wrong, and which share must be right."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mlgov.monitors.formats.constraints import Applied, Constraints, FeatureConstraints, applied
from mlgov.monitors.formats.suggestions import fractional_count, missing_count, row_count
from mlgov.monitors.profile import CategoricalProfile, ColumnProfile, NumericProfile, Profile

#: Share of rows that may be below zero in mode standard although the baseline had none: a long tail is no defect.
NEGATIVE_SLACK = 0.001
#: In mode standard a share is only called too low when chance gives so low a share at most this often.
ALPHA = 0.01


@dataclass(frozen=True, slots=True)
class CheckedShare:
    """A constraint on one column, and what the window has.

    Attributes:
        column: The column.
        check_type: Model Monitor's name of the check.
        wrong: Rows that are wrong.
        total: Rows that are looked at.
        required: Share that must be right, 0 to 1.
        wrong_words: What a wrong row is, for the end of "12 of 400 …".
        wanted: Type or values that are wanted, for messages.
    """

    column: str
    check_type: str
    wrong: int
    total: int
    required: float
    wrong_words: str
    wanted: str = ""

    @property
    def share(self) -> float:
        """Share of rows that are right; 1 when there are no rows."""
        return (self.total - self.wrong) / self.total if self.total else 1.0

    @property
    def is_below(self) -> bool:
        """Whether too few rows are right, whatever chance says."""
        return self.share < self.required

    @property
    def is_below_beyond_chance(self) -> bool:
        """Whether too few rows are right and chance does not explain it (exact binomial test, one-sided)."""
        if not self.is_below:
            return False
        from scipy.stats import binom

        return bool(binom.sf(self.wrong - 1, self.total, 1 - self.required) <= ALPHA)

    @property
    def sentence(self) -> str:
        """What was found, for people."""
        return (
            f"{self.wrong:,} of {self.total:,} {self.wrong_words} ({1 - self.share:.2%}); "
            f"at most {1 - self.required:.2%} may."
        )

    @property
    def sagemaker_text(self) -> str:
        """What was found, in Model Monitor's words."""
        if self.check_type == "data_type_check":
            return (
                f"Data type match requirement is not met. Expected data type: {self.wanted}, Expected match: "
                f"{100 * self.required}%. Observed: Only {100 * self.share}% of data is {self.wanted}."
            )
        return f"Value: {self.share} does not meet the constraint requirement! "


def shares_of(
    constraints: Constraints, current: Profile, *, ignored: Collection[str], standard: bool
) -> Iterator[CheckedShare]:
    """Count what the constraints ask for.

    Args:
        constraints: The constraints of the baseline.
        current: The window.
        ignored: Columns that are not looked at.
        standard: Whether a few numbers below zero are let pass.
    """
    columns = {column.layout.name: column for column in current.columns}
    for feature in constraints.features:
        column = columns.get(feature.name)
        config = applied(constraints, feature.name)
        looked_at = column is not None and column.rows and feature.name not in ignored and config.evaluate
        if column is not None and looked_at:
            yield from _shares(feature, config, column, NEGATIVE_SLACK if standard else 0.0)


def unchecked(
    constraints: Constraints, current: Profile, *, ignored: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Name what the constraints ask for and nobody can check: they are edited by hand, the baseline beside them is not.

    Args:
        constraints: The constraints of the baseline.
        current: The window, in the layout of the baseline.
        ignored: Columns that are not looked at.

    Yields:
        Column, name of the check, and a sentence for people.
    """
    columns = {column.layout.name: column for column in current.columns}
    told = {*ignored, *(name for name, _ in current.extra_columns)}
    for feature in constraints.features:
        if feature.name in told or not applied(constraints, feature.name).evaluate:
            continue
        listed = feature.string_constraints and feature.string_constraints.domains
        if feature.name not in columns:
            said = "The constraints name this column; the baseline does not know it, so it is not looked at."
            yield feature.name, "missing_column_check", said
        elif listed and isinstance(columns[feature.name], NumericProfile):
            said = "The constraints list values; the baseline has numbers in this column, so the list is not looked at."
            yield feature.name, "categorical_values_check", said


def _shares(
    feature: FeatureConstraints, config: Applied, column: ColumnProfile, slack: float
) -> Iterator[CheckedShare]:
    rows, missing = row_count(column), missing_count(column)
    present = rows - missing
    if feature.completeness is not None:
        yield CheckedShare(
            feature.name, "completeness_check", missing, rows, feature.completeness, "rows have no value"
        )
    if feature.inferred_type in ("Integral", "Fractional"):
        words = "values are no whole numbers" if feature.inferred_type == "Integral" else "values are no numbers"
        wrong = present - _fitting(feature.inferred_type, column)
        yield CheckedShare(
            feature.name, "data_type_check", wrong, present, config.datatype_share, words, feature.inferred_type
        )
    if feature.string_constraints and feature.string_constraints.domains and isinstance(column, CategoricalProfile):
        wrong = present - _inside(column, set(feature.string_constraints.domains))
        words = "values are not among those of the constraints"
        yield CheckedShare(feature.name, "categorical_values_check", wrong, present, config.domain_share, words)
    if feature.num_constraints and feature.num_constraints.is_non_negative and isinstance(column, NumericProfile):
        wrong = column.negative + column.negative_infinity
        yield CheckedShare(feature.name, "non_negative_check", wrong, present, 1 - slack, "values are below zero")


def _fitting(inferred_type: str, column: ColumnProfile) -> int:
    whole = column.types.integral
    return whole if inferred_type == "Integral" else whole + fractional_count(column)


def _inside(column: CategoricalProfile, domains: set[str]) -> int:
    """Count values of the domains: those of the baseline, and new ones as far as the sample of new values has them."""
    pairs = zip(column.layout.vocabulary, column.counts, strict=True)
    known = sum(count for value, count in pairs if value in domains)
    return known + sum(sampled.count for sampled in column.sample if sampled.text in domains)
