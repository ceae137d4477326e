"""What a comparison of attributions comes to: effect first, chance second.

Each statistic is judged in this order: VIOLATION when it reaches its violate threshold and exceeds what chance gives
99 times in 100; INSUFFICIENT when chance alone would reach that threshold; WARNING when it reaches its warn threshold
beyond chance; else OK. Without the sums of rows (files of Clarify) chance is not known, and the effect alone decides.
A feature that pushes the other way than before, beyond chance, is a violation when it carries enough attribution.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log

from mlgov.monitors.attribution.comparison import AttributionComparison, FeatureShift
from mlgov.monitors.verdicts import Threshold, Verdict

#: SageMaker's limit of NDCG.
SAGEMAKER_NDCG = 0.90

#: ``ndcg_loss`` is 1 - NDCG; ``log_scale`` is the absolute logarithm of the scale: a factor of 1.25 and of 1.5.
DEFAULT_THRESHOLDS: Mapping[str, Threshold] = {
    "ndcg_loss": Threshold(0.05, 0.10),
    "share_moved": Threshold(0.10, 0.20),
    "log_scale": Threshold(log(1.25), log(1.5)),
}
#: Share of all attribution from which on a turned sign matters.
LEAST_SHARE = 0.05

_TITLES = {
    "ndcg_loss": "The order of the features changed",
    "share_moved": "Attribution moved to other features",
    "log_scale": "All attributions changed in size",
}


@dataclass(frozen=True, slots=True)
class AttributionVerdict:
    """The verdict on one statistic of one label.

    Attributes:
        label: The label.
        statistic: ``ndcg_loss``, ``share_moved``, ``log_scale`` or ``sign_flips``.
        value: Its value; of sign flips, the share of attribution on the features that turned.
        verdict: What it comes to.
        threshold: What it was judged by.
        noise_99: What chance gives; None when not known.
        reason: The verdict in a sentence.
        features: The features that moved most, largest first.
    """

    label: str
    statistic: str
    value: float | None
    verdict: Verdict
    threshold: Threshold
    noise_99: float | None
    reason: str
    features: tuple[str, ...] = ()


def decide(
    found: AttributionComparison,
    thresholds: Mapping[str, Threshold] = DEFAULT_THRESHOLDS,
    *,
    least_share: float = LEAST_SHARE,
) -> tuple[AttributionVerdict, ...]:
    """Judge one label.

    Args:
        found: The comparison.
        thresholds: By statistic; what is missing is not judged.
        least_share: Share of attribution from which on a turned sign is a violation.
    """
    values = {
        "ndcg_loss": None if found.ndcg is None else 1 - found.ndcg,
        "share_moved": found.share_moved,
        "log_scale": found.log_scale,
    }
    judged = [_judged(found, name, value, thresholds[name]) for name, value in values.items() if name in thresholds]
    return (*judged, _flips(found, least_share))


def _judged(found: AttributionComparison, name: str, value: float | None, limit: Threshold) -> AttributionVerdict:
    noise = found.noise_99.get(name)
    if value is None:
        verdict, text = Verdict.INSUFFICIENT, "the attributions of a side are all 0 or missing"
    else:
        verdict = _verdict(value, limit, noise)
        text = _sentence(name, value, limit, noise, verdict)
    movers = tuple(shift.feature for shift in found.shifts[:3] if abs(shift.share_change) > 0)
    most = (
        f" Most by {_movers(found.shifts[:3])}." if verdict in (Verdict.VIOLATION, Verdict.WARNING) and movers else ""
    )
    return AttributionVerdict(
        found.label, name, value, verdict, limit, noise, f"{_TITLES[name]}: {text}.{most}", movers
    )


def _verdict(value: float, limit: Threshold, noise: float | None) -> Verdict:
    beyond_chance = noise is None or value > noise
    if value >= limit.violate and beyond_chance:
        return Verdict.VIOLATION
    if noise is not None and noise > limit.violate:
        return Verdict.INSUFFICIENT
    return Verdict.WARNING if value >= limit.warn and beyond_chance else Verdict.OK


def _sentence(name: str, value: float, limit: Threshold, noise: float | None, verdict: Verdict) -> str:
    chance = "chance is not known" if noise is None else f"chance gives up to {_written(name, noise)}"
    if verdict is Verdict.INSUFFICIENT:
        return f"the rows cannot tell {_written(name, limit.violate)} from chance; {chance}"
    reached = limit.warn if value < limit.violate else limit.violate
    relation = "reaches" if value >= limit.warn else "is below"
    return f"{_written(name, value)} {relation} {_written(name, reached)}; {chance}"


def _written(name: str, value: float) -> str:
    if name == "log_scale":
        return f"a factor of {exp(value):.3g}" if value < 700 else "a factor without bound"
    return f"NDCG {1 - value:.4f}" if name == "ndcg_loss" else f"{value:.1%}"


def _movers(shifts: tuple[FeatureShift, ...]) -> str:
    return ", ".join(
        f"{each.feature} ({each.baseline_share or 0:.1%} to {each.current_share or 0:.1%})" for each in shifts
    )


def _flips(found: AttributionComparison, least_share: float) -> AttributionVerdict:
    turned = [
        each for each in found.sign_flips if max(each.baseline_share or 0, each.current_share or 0) >= least_share
    ]
    known = any(each.sign_flipped is not None for each in found.shifts)
    names = tuple(each.feature for each in turned)
    share = sum(each.baseline_share or 0.0 for each in turned) if known else None
    if not known:
        verdict, text = Verdict.NOT_COMPARED, "No feature has a direction on both sides that is beyond chance."
    elif turned:
        verdict, text = Verdict.VIOLATION, f"{', '.join(names)} pushes the other way than in the baseline."
    else:
        verdict, text = Verdict.OK, f"No feature with {least_share:.0%} of the attribution pushes another way."
    limit = Threshold(least_share, least_share)
    return AttributionVerdict(found.label, "sign_flips", share, verdict, limit, None, text, names)


def _largest_share(shift: FeatureShift) -> float:
    return max(shift.baseline_share or 0.0, shift.current_share or 0.0)
