"""How often bias is called where there is none, and found where there is some."""

import numpy as np
import pytest

from mlgov.monitors.bias import METRICS, BiasTable, measure, of_values, table_of
from mlgov.monitors.bias.limits import decide, suggest
from mlgov.monitors.verdicts import Verdict

pytestmark = pytest.mark.slow

D, YES = of_values("d"), of_values(1)
COUNTED = [code for code in METRICS if code != "FT"]


def shares(random: np.random.RandomState) -> dict[tuple[str, str, str, str], float]:
    """Make the shares of a world by group, facet, label and prediction: equal for both sides."""
    in_d, positive, right = random.uniform(0.2, 0.5), random.uniform(0.3, 0.6), random.uniform(0.75, 0.9)
    found = {}
    for group, group_share in (("g1", 0.6), ("g2", 0.4)):
        for facet, facet_share in (("a", 1 - in_d), ("d", in_d)):
            for label, label_share in (("1", positive), ("0", 1 - positive)):
                chance = right if label == "1" else 1 - right
                for predicted, part in (("1", chance), ("0", 1 - chance)):
                    found[group, facet, label, predicted] = group_share * facet_share * label_share * part
    return found


def drawn(random: np.random.RandomState, of: dict[tuple[str, str, str, str], float], rows: int) -> BiasTable:
    """Draw a window."""
    counts = random.multinomial(rows, np.array(list(of.values())) / sum(of.values()))
    return table_of("f", dict(zip(of, counts.tolist(), strict=True)), grouped=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("rows", [100, 300, 1_000, 10_000])
def test_false_alarms(rows: int) -> None:
    """Of 20 metrics of 200 facets that did not change at most 1% violate their suggested limits."""
    random = np.random.RandomState(rows)
    verdicts = []
    for _ in range(200):
        world = shares(random)
        baseline = measure(drawn(random, world, 10_000), D, YES, metrics=COUNTED, replicates=200)
        window = measure(drawn(random, world, rows), D, YES, metrics=COUNTED, replicates=200)
        verdicts += [decide(each, suggest(baseline.of(each.code))).verdict for each in window.estimates]
    assert len(verdicts) == 4_000
    assert sum(verdict is Verdict.VIOLATION for verdict in verdicts) <= 0.01 * len(verdicts)
    if rows >= 10_000:
        assert sum(verdict is Verdict.INSUFFICIENT for verdict in verdicts) <= 0.05 * len(verdicts)


def test_power() -> None:
    """A model that accepts 60% of both sides and now 30% of d is found 99 times in 100, at 1,000 rows, 300 of d."""
    random = np.random.RandomState(5)
    fair, unfair = (
        {("g", "a", "1", "1"): 0.42, ("g", "a", "1", "0"): 0.28, ("g", "d", "1", "1"): k, ("g", "d", "1", "0"): 0.3 - k}
        for k in (0.18, 0.09)
    )
    found = []
    for _ in range(500):
        baseline = measure(drawn(random, fair, 10_000), D, YES, metrics=["DPPL"])
        window = measure(drawn(random, unfair, 1_000), D, YES, metrics=["DPPL"])
        found.append(decide(window.of("DPPL"), suggest(baseline.of("DPPL"))).verdict)
    assert found.count(Verdict.VIOLATION) >= 0.99 * len(found)
