"""constraints.json of Model Monitor: what later data must look like.

Feature overrides are spelled in three ways in the wild: ``monitoringConfigOverrides`` at the feature (documentation),
``monitoring_config_overrides`` at the feature (SDK) and ``monitoring_config_overrides`` inside ``string_constraints``
(SDK test data). All are read; each file keeps its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from mlgov.monitors.formats.statistics import Count, FeatureName, Foreign, InferredType, Number, Share

T = TypeVar("T")
Switch = Literal["Enabled", "Disabled"]
Method = Literal["Simple", "Robust", "linf_simple", "linf_robust"]
DriftMethod = Literal["LInfinity", "ChiSquared"]


#: The comparison threshold that Model Monitor documents as its default, and that suggestions have.
SUGGESTED_THRESHOLD = 0.1


class DistributionConstraints(Foreign):
    """How distributions are compared. ``None`` means: not written, the default applies."""

    perform_comparison: Switch | None = None
    enable_comparisons: bool | Switch | None = None
    comparison_threshold: Count | None = None
    comparison_method: Method | None = None
    categorical_comparison_threshold: Count | None = None
    categorical_drift_method: DriftMethod | None = None
    min_domain_mass: Count | None = None


class MonitoringConfig(Foreign):
    """What is checked, for all features or as overrides for one."""

    evaluate_constraints: Switch | None = None
    emit_metrics: Switch | None = None
    datatype_check_threshold: Share | None = None
    domain_content_threshold: Share | None = None
    distribution_constraints: DistributionConstraints | None = None


class NumConstraints(Foreign):
    """Constraints of a numeric column."""

    is_non_negative: bool | None = None


class StringConstraints(Foreign):
    """Constraints of a column of text."""

    domains: list[str] | None = None
    monitoring_config_overrides: MonitoringConfig | None = None


class FeatureConstraints(Foreign):
    """Constraints of one column."""

    name: FeatureName
    inferred_type: InferredType = "Unknown"
    completeness: Share | None = None
    num_constraints: NumConstraints | None = None
    string_constraints: StringConstraints | None = None
    monitoringConfigOverrides: MonitoringConfig | None = None  # noqa: N815 - the file's spelling
    monitoring_config_overrides: MonitoringConfig | None = None

    @property
    def overrides(self) -> MonitoringConfig | None:
        """The overrides, wherever the file has them."""
        nested = self.string_constraints.monitoring_config_overrides if self.string_constraints else None
        return self.monitoringConfigOverrides or self.monitoring_config_overrides or nested


class Constraints(Foreign):
    """A constraints.json."""

    version: Number | str = 0.0
    features: list[FeatureConstraints]
    monitoring_config: MonitoringConfig = MonitoringConfig()


@dataclass(frozen=True, slots=True)
class Applied:
    """What applies to one column after overrides and defaults.

    Shares are the least share of values that must be right: 1.0 means every value. Model Monitor's texts say so
    ("Expected match: 100.0%"), although the documentation calls the same keys thresholds.
    """

    evaluate: bool = True
    compare: bool = True
    datatype_share: float = 1.0
    domain_share: float = 1.0
    comparison_threshold: float = 0.1
    categorical_comparison_threshold: float = 0.1
    robust: bool = True
    chi_squared: bool = False


def applied(constraints: Constraints, feature: str) -> Applied:
    """Resolve what applies to one column: its overrides, then the file's config, then the documented defaults."""
    found = next((f for f in constraints.features if f.name == feature), None)
    layers = [config for config in (found.overrides if found else None, constraints.monitoring_config) if config]
    comparing = [c.distribution_constraints for c in layers if c.distribution_constraints]
    compare: bool = _first([_enabled(c) for c in comparing], True)
    numeric = _first([c.comparison_threshold for c in comparing], 0.1)
    method = _first([c.comparison_method for c in comparing], "Robust")
    drift_method = _first([c.categorical_drift_method for c in comparing], "LInfinity")
    return Applied(
        evaluate=_first([c.evaluate_constraints for c in layers], "Enabled") == "Enabled",
        compare=compare,
        datatype_share=_first([c.datatype_check_threshold for c in layers], 1.0),
        domain_share=_first([c.domain_content_threshold for c in layers], 1.0),
        comparison_threshold=numeric,
        categorical_comparison_threshold=_first([c.categorical_comparison_threshold for c in comparing], numeric),
        robust=method.lower().removeprefix("linf_") == "robust",
        chi_squared=drift_method.lower() == "chisquared",
    )


def edited_thresholds(constraints: Constraints) -> list[tuple[str, float]]:
    """Name the comparison thresholds of a file that are not the suggested ones, each value once."""
    overrides = [feature.overrides for feature in constraints.features if feature.overrides]
    found: dict[tuple[str, float], None] = {}
    for config in (constraints.monitoring_config, *overrides):
        compared = config.distribution_constraints or DistributionConstraints()
        for name in ("comparison_threshold", "categorical_comparison_threshold"):
            value = getattr(compared, name)
            if value not in (None, SUGGESTED_THRESHOLD):
                found[name, float(value)] = None
    return list(found)


def _first(values: Sequence[T | None], default: T) -> T:
    return next((value for value in values if value is not None), default)


def _enabled(config: DistributionConstraints) -> bool | None:
    said = config.perform_comparison if config.perform_comparison is not None else config.enable_comparisons
    return said if said is None or isinstance(said, bool) else said == "Enabled"
