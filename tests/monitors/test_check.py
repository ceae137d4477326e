"""Judging a window in both modes: each sort of violation, and what is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mlgov.monitors import ExecutionStatus, Thresholds
from mlgov.monitors import profile as profiles
from mlgov.monitors.baseline import Reference, reference_of
from mlgov.monitors.check import Criteria, Judgement, judge
from mlgov.monitors.formats.constraints import Constraints

N = 5000
STANDARD, SAGEMAKER = Criteria(), Criteria(mode="sagemaker")


def table(rows: int = N, seed: int = 1, **changed: Any) -> pa.Table:
    """Make data; ``changed`` replaces or adds columns, None takes one away."""
    random = np.random.default_rng(seed)
    columns: dict[str, Any] = {
        "age": random.normal(60, 8, rows),
        "visits": random.poisson(3, rows),
        "state": random.choice(["CA", "NY", "WA"], rows, p=[0.6, 0.3, 0.1]),
    }
    return pa.table({name: column for name, column in {**columns, **changed}.items() if column is not None})


@pytest.fixture(scope="module")
def reference() -> Reference:
    return reference_of(lambda: table().to_batches(), Thresholds())


def judged(reference: Reference, current: pa.Table, criteria: Criteria = STANDARD) -> Judgement:
    profile = profiles.profile(current.to_batches(), reference.profile.layout)
    return judge(reference, profile, criteria)


def checks(judgement: Judgement) -> set[tuple[str, str]]:
    return {(v.feature_name, v.constraint_check_type) for v in judgement.violations}


def edited(reference: Reference, name: str, **config: Any) -> Reference:
    """Edit the constraints of one column as a reviewer would; ``config`` becomes its overrides."""
    value = reference.constraints.model_dump(mode="json", exclude_unset=True)
    feature = next(f for f in value["features"] if f["name"] == name)
    feature.update(config)
    return Reference(reference.profile, Constraints.model_validate(value), reference.digest)


@pytest.mark.parametrize("criteria", [STANDARD, SAGEMAKER])
def test_a_window_like_its_reference_is_clean(reference: Reference, criteria: Criteria) -> None:
    """Nothing is broken and everything was judged."""
    found = judged(reference, table(2000, seed=2), criteria)
    assert (checks(found), found.status) == (set(), ExecutionStatus.COMPLETED)
    assert [column.name for column in found.columns] == ["age", "visits", "state"]


@pytest.mark.parametrize("criteria", [STANDARD, SAGEMAKER])
@pytest.mark.parametrize(
    ("feature", "check"),
    [
        ({"name": "visits", "string_constraints": {"domains": ["0", "1"]}}, "categorical_values_check"),
        ({"name": "region", "completeness": 1.0}, "missing_column_check"),
    ],
)
def test_constraints_that_cannot_be_checked_are_told(
    reference: Reference, criteria: Criteria, feature: dict[str, Any], check: str
) -> None:
    """A reviewer's edit that the baseline does not follow; nothing is broken, and it is not passed over in silence."""
    constraints = Constraints.model_validate({"version": 0.0, "features": [feature]})
    found = judged(replace(reference, constraints=constraints), table(2000, seed=2), criteria)
    assert (checks(found), found.status) == (set(), ExecutionStatus.COMPLETED)
    assert [(w.feature_name, w.constraint_check_type) for w in found.warnings] == [(feature["name"], check)]
    assert judged(reference, table(2000, seed=2), criteria).warnings == ()


@pytest.mark.parametrize("criteria", [STANDARD, SAGEMAKER])
@pytest.mark.parametrize(
    ("column", "values", "check"),
    [
        ("age", np.random.default_rng(3).normal(66, 8, N), "baseline_drift_check"),
        ("state", np.random.default_rng(3).choice(["CA", "NY", "WA"], N), "baseline_drift_check"),
        ("age", [None] * 1000 + [60.0] * 4000, "completeness_check"),
        ("age", ["old"] * 500 + ["60"] * 4500, "data_type_check"),
        ("visits", [1.5] * N, "data_type_check"),
        ("state", ["XX"] * 400 + ["CA"] * 4600, "categorical_values_check"),
        ("visits", [-1] * 100 + [3] * 4900, "non_negative_check"),
        ("age", None, "missing_column_check"),
    ],
)
def test_each_sort_of_defect_is_found(
    reference: Reference, criteria: Criteria, column: str, values: Any, check: str
) -> None:
    """In both modes, under the name that Model Monitor has for it."""
    found = judged(reference, table(seed=2, **{column: values}), criteria)
    assert (column, check) in checks(found)
    assert found.status is ExecutionStatus.COMPLETED_WITH_VIOLATIONS


def test_a_new_column_is_a_warning_and_a_violation_for_model_monitor(reference: Reference) -> None:
    """An extra column does no harm to the model."""
    current = table(2000, seed=2, extra=[1] * 2000)
    standard, sagemaker = judged(reference, current), judged(reference, current, SAGEMAKER)
    assert [(w.feature_name, w.constraint_check_type) for w in standard.warnings] == [("extra", "extra_column_check")]
    assert checks(standard) == set()
    assert checks(sagemaker) == {("extra", "extra_column_check")}


def test_one_defect_is_told_once(reference: Reference) -> None:
    """The constraint and the decision rule both see the nulls; the column has one completeness violation."""
    found = judged(reference, table(seed=2, age=[None] * 2000 + [60.0] * 3000))
    assert [v.constraint_check_type for v in found.violations if v.feature_name == "age"].count(
        "completeness_check"
    ) == 1


def test_chance_breaks_no_constraint_in_mode_standard(reference: Reference) -> None:
    """Three unknown states in a hundred rows are more than 2 %, and no proof; Model Monitor would not ask."""
    current = table(100, seed=2, state=["XX"] * 3 + ["CA"] * 58 + ["NY"] * 29 + ["WA"] * 10)
    check = ("state", "categorical_values_check")
    assert check not in checks(judged(reference, current))
    assert check in checks(judged(reference, current, SAGEMAKER))


def test_a_single_wrong_type_is_a_violation_where_all_must_be_right(reference: Reference) -> None:
    """datatype_check_threshold 1.0 asks for every value; chance has no say."""
    current = table(seed=2, age=["old"] + ["60"] * (N - 1))
    assert ("age", "data_type_check") in checks(judged(reference, current))


def test_the_texts_of_model_monitor_can_be_parsed(reference: Reference) -> None:
    """Scripts that read its violations read ours."""
    import re

    current = table(seed=2, age=["old"] * 500 + ["90"] * 4500)
    texts = {v.constraint_check_type: v.description for v in judged(reference, current, SAGEMAKER).violations}
    assert re.search(r"distance: (.+) exceeds threshold: (.+)", texts["baseline_drift_check"])
    assert texts["data_type_check"] == (
        "Data type match requirement is not met. Expected data type: Fractional, Expected match: 100.0%. "
        "Observed: Only 90.0% of data is Fractional."
    )


def test_few_rows_are_insufficient(reference: Reference) -> None:
    """Twenty rows prove no drift, however different they look; a missing column needs no statistics."""
    few = table(20, seed=2, age=[90.0] * 20)
    found = judged(reference, few, Criteria(minimum_rows=30))
    assert (checks(found), found.status) == (set(), ExecutionStatus.INSUFFICIENT_DATA)
    assert checks(judged(reference, few.drop_columns(["age"]), Criteria(minimum_rows=30))) == {
        ("age", "missing_column_check")
    }


def test_ignored_columns_are_neither_missing_nor_new(reference: Reference) -> None:
    """Excluded columns do not exist for a monitor."""
    current = table(2000, seed=2, age=None, extra=[1] * 2000)
    found = judged(reference, current, Criteria(ignored=("age", "extra")))
    assert (found.violations, found.warnings) == ((), ())
    assert [column.name for column in found.columns] == ["visits", "state"]


def test_overrides_turn_checks_off(reference: Reference) -> None:
    """A feature with evaluate_constraints Disabled has no constraints; without comparison it has no drift."""
    current = table(seed=2, age=["old"] * 500 + ["90"] * 4500)
    off = edited(reference, "age", monitoringConfigOverrides={"evaluate_constraints": "Disabled"})
    assert checks(judged(off, current)) & {("age", "data_type_check")} == set()
    no_drift = edited(
        reference,
        "age",
        monitoringConfigOverrides={"distribution_constraints": {"perform_comparison": "Disabled"}},
    )
    assert checks(judged(no_drift, current)) == {("age", "data_type_check")}


def test_a_reviewer_can_allow_a_new_category(reference: Reference) -> None:
    """The list of the constraints decides which values are known; how often they come is still judged."""
    current = table(seed=2, state=["OR"] * 150 + ["CA"] * 2950 + ["NY"] * 1450 + ["WA"] * 450)
    assert ("state", "categorical_values_check") in checks(judged(reference, current))
    allowed = edited(reference, "state", string_constraints={"domains": ["CA", "NY", "OR", "WA"]})
    assert ("state", "categorical_values_check") not in checks(judged(allowed, current))


def test_thresholds_move_the_verdict(reference: Reference) -> None:
    """A wider threshold lets the same window pass."""
    current = table(seed=2, age=np.random.default_rng(3).normal(62.5, 8, N))
    assert ("age", "baseline_drift_check") in checks(judged(reference, current))
    wide = Thresholds.model_validate(
        {name: {"warn": 0.6, "violate": 0.9} for name in ("ks", "w1_sigma", "psi", "js", "outside_share")}
    )
    assert checks(judged(reference, current, Criteria(thresholds=wide))) == set()


def test_a_column_tells_its_numbers(reference: Reference) -> None:
    """Value, limits, p-value, counts and a sentence; only the deciding statistic carries the verdict."""
    found = judged(reference, table(2000, seed=2, age=np.random.default_rng(3).normal(70, 8, 2000)))
    age = found.columns[0]
    decided = [statistic for statistic in age.statistics if statistic.verdict]
    assert (age.verdict, len(decided)) == ("violation", 1)
    assert decided[0].value is not None
    assert decided[0].value >= (decided[0].violate or 0)
    assert (decided[0].reference_count, decided[0].current_count) == (N, 2000)
    assert age.sentence.endswith(".")


@pytest.mark.parametrize("mode", ["standard", "sagemaker"])
def test_infinities_and_nan_do_no_harm(reference: Reference, mode: str) -> None:
    """A flood of numbers that are none gives a verdict and no error."""
    current = table(seed=2, age=[float("nan")] * 2000 + [float("inf")] * 1500 + [float("-inf")] * 1500)
    found = judged(reference, current, Criteria(mode=mode))
    assert any(column == "age" for column, _ in checks(found))


def test_robust_distance_takes_off_what_chance_gives(reference: Reference) -> None:
    """max(0, D - 1.8 * sqrt(1/n + 1/m)): on ten rows almost nothing is left of a distance."""
    few = table(10, seed=5)
    simple = edited(
        reference, "age", monitoringConfigOverrides={"distribution_constraints": {"comparison_method": "Simple"}}
    )
    assert ("age", "baseline_drift_check") in checks(judged(simple, few, SAGEMAKER))
    assert ("age", "baseline_drift_check") not in checks(judged(reference, few, SAGEMAKER))


def many_columns(rows: int, random: np.random.Generator) -> pa.Table:
    """Make columns of every shape that monitors meet, all from the same distributions each time."""
    zipf = 1 / np.arange(1, 301) ** 1.1
    columns: dict[str, Any] = {}
    for i in range(8):
        columns[f"normal{i}"] = random.normal(4, 1, rows)
        columns[f"skewed{i}"] = random.lognormal(0, 1.5, rows)
        columns[f"count{i}"] = random.poisson(2, rows)
        columns[f"holes{i}"] = np.where(random.random(rows) < 0.1, np.nan, random.normal(0, 1, rows))
        columns[f"state{i}"] = random.choice(list("abcde"), rows, p=[0.5, 0.3, 0.15, 0.04, 0.01])
        columns[f"city{i}"] = random.choice([f"city {k}" for k in range(300)], rows, p=zipf / zipf.sum())
        columns[f"rare{i}"] = np.where(random.random(rows) < 0.002, "b", "a")
        columns[f"id{i}"] = [f"id {x}" for x in random.integers(0, 10**9, rows)]
    return pa.table(columns)


@pytest.mark.parametrize("reference_rows", [500, 2000, 10_000])
@pytest.mark.parametrize("rows", [100, 1000, 10_000])
def test_an_undrifted_window_raises_hardly_an_alarm(reference_rows: int, rows: int) -> None:
    """At most one of 64 columns, constraints, long tails and ids included, whatever the sizes."""
    random = np.random.default_rng([reference_rows, rows])
    learnt = reference_of(many_columns(reference_rows, random).to_batches, Thresholds())
    assert len({name for name, _ in checks(judged(learnt, many_columns(rows, random)))}) <= 1


def test_a_vocabulary_that_the_reference_does_not_exhaust_is_not_called_complete() -> None:
    """New ids are no news; a new state is."""
    random = np.random.default_rng(8)
    learnt = reference_of(many_columns(800, random).to_batches, Thresholds())
    complete = {c.name: c.complete for c in learnt.profile.layout.columns if isinstance(c, profiles.CategoricalLayout)}
    assert (complete["id0"], complete["city0"], complete["state0"]) == (False, False, True)
    domains = {feature.name: feature.string_constraints for feature in learnt.constraints.features}
    assert domains["id0"] is None
    assert domains["state0"] is not None


def blind(seed: int) -> pa.Table:
    """Columns that cannot be compared: ids, times, lists."""
    random = np.random.default_rng(seed)
    times = pa.array([datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=int(h)) for h in random.integers(0, 99, 600)])
    ids = [f"id-{seed}-{row}" for row in range(600)]
    return pa.table({"id": ids, "at": times, "tags": [[1]] * 600, "x": random.normal(0, 1, 600)})


@pytest.mark.parametrize("criteria", [STANDARD, SAGEMAKER])
def test_what_cannot_be_compared_is_not_called_ok(criteria: Criteria) -> None:
    """Each such column says why, and the window still passes."""
    found = judged(reference_of(blind(1).to_batches, Thresholds()), blind(2), criteria)
    verdicts = {column.name: column.verdict for column in found.columns}
    assert verdicts == {"id": "not_compared", "at": "not_compared", "tags": "not_compared", "x": "ok"}
    assert "nearly all values of the reference differ" in found.columns[0].sentence
    assert found.status is ExecutionStatus.COMPLETED


def test_only_what_is_judged_of_such_a_column_is_tested() -> None:
    """Its null share alone is among the tests of the run, and is a violation when it jumps."""
    current = blind(2).set_column(0, "id", pa.array([None] * 300 + ["a"] * 300))
    column = judged(reference_of(blind(1).to_batches, Thresholds()), current).columns[0]
    assert (column.verdict, [s.statistic for s in column.statistics]) == ("violation", ["null_share"])


def test_a_short_window_says_how_many_rows_it_would_need(reference: Reference) -> None:
    """The monitor's minimum is not always enough."""
    found = judged(reference, table(10))
    assert all("the monitor wants 30, and at least" in c.sentence for c in found.columns if c.name == "age")
    assert any(c.name == "age" for c in found.columns)


def test_a_violation_has_likely_causes_and_both_distributions(reference: Reference) -> None:
    """A column that is fine has neither."""
    found = judged(reference, table(seed=2, age=np.random.default_rng(3).normal(60, 8, N) * 12))
    age, visits, _ = found.columns
    assert (age.verdict, age.causes[0].kind) == ("violation", "unit_change")
    assert sum(share for _, _, share in age.shares) == pytest.approx(1)
    assert age.decided is not None
    assert age.decided.statistic == "w1_sigma"
    assert (visits.verdict, visits.causes, visits.distribution) == ("ok", (), ())


def test_a_warning_is_explained_too(reference: Reference) -> None:
    """Before it becomes a violation."""
    found = judged(reference, table(seed=2, age=np.random.default_rng(3).normal(61.8, 8, N)))
    assert found.columns[0].verdict == "warning"
    assert found.columns[0].distribution


def test_a_rebuilt_or_foreign_mode_is_explained_alike(reference: Reference) -> None:
    """Mode sagemaker names no statistic, but the causes are the same."""
    found = judged(reference, table(seed=2, state=["XX"] * 400 + ["CA"] * 4600), SAGEMAKER)
    state = found.columns[2]
    assert state.causes[0].kind == "new_categories"
    assert ("XX", 0.0, 0.08) in state.shares


@pytest.mark.parametrize("criteria", [STANDARD, SAGEMAKER])
def test_a_broken_constraint_keeps_its_numbers(reference: Reference, criteria: Criteria) -> None:
    """The share that is wrong, and the largest that may be."""
    found = judged(reference, table(seed=2, age=[None] * 1000 + [60.0] * 4000), criteria)
    limit = next(each for each in found.columns[0].limits if each.check == "completeness_check")
    assert (limit.value, limit.what) == (0.2, "share of rows that have no value")
    assert limit.limit < 0.1
    assert found.columns[1].limits == ()


@pytest.mark.parametrize("criteria", [STANDARD, Criteria(mode="sagemaker")])
def test_cells_that_could_not_be_named_say_so(reference: Reference, criteria: Criteria) -> None:
    """Captures of CSV have no names, and take those of the baseline only when there are as many."""
    count = len(reference.profile.columns)
    found = judged(reference, pa.table({f"_c{place}": [1] * 2000 for place in range(count + 2)}), criteria)
    said = [each.description for each in (*found.violations, *found.warnings)]
    words = f"Rows have {count + 2} cells without names, the baseline {count} columns"
    assert sum(words in each for each in said) == 1
    more = judged(reference, table(2000, seed=2, _c9=[1] * 2000), criteria)
    assert not any("without names" in each.description for each in (*more.violations, *more.warnings))
