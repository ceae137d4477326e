"""statistics.json and constraints.json of other programs: every spelling read, nothing lost, damage named."""

import json
from typing import Any

import pytest

from mlgov.monitors.formats import files
from mlgov.monitors.formats.constraints import applied
from mlgov.monitors.formats.files import damages, read_constraints, read_statistics, render
from mlgov.monitors.formats.json_text import DamageError, place
from mlgov.monitors.formats.statistics import dump, weighted_values
from mlgov.names import MonitoringType

STATISTICS: dict[str, Any] = {
    "version": 0.0,
    "dataset": {"item_count": 23191.0},
    "features": [
        {
            "name": "Account Length",
            "inferred_type": "Integral",
            "numerical_statistics": {
                "common": {"num_present": 4.0, "num_missing": 0},
                "mean": 32.5,
                "sum": 130.0,
                "std_dev": 8.958236,
                "min": 21.0,
                "max": 45.0,
                "approximate_num_distinct_values": 4,
                "completeness": 1.0,
                "distribution": {
                    "kll": {
                        "buckets": [{"lower_bound": 21.0, "upper_bound": 23.4, "count": 1.0}],
                        "sketch": {"parameters": {"c": 0.64, "k": 2048.0}, "data": [[21.0, 28.0], [36.0, 45.0]]},
                    }
                },
            },
        },
        {
            "name": "state",
            "inferred_type": "String",
            "string_statistics": {
                "common": {"num_present": 3, "num_missing": 1},
                "distinct_count": 2.0,
                "completeness": 0.75,
                "distribution": {
                    "categorical": {"buckets": [{"value": "CA", "count": 2}, {"value": "NY", "count": 1}]}
                },
                "a_key_of_tomorrow": {"deep": [1, None]},
            },
        },
        {
            "name": "id",
            "inferred_type": "String",
            "string_statistics": {"common": {"num_present": 4, "num_missing": 0}},
        },
        {"name": "empty", "inferred_type": "Unknown"},
    ],
}
CONSTRAINTS: dict[str, Any] = {
    "version": 0.0,
    "features": [
        {
            "name": "age",
            "inferred_type": "Integral",
            "completeness": 1.0,
            "num_constraints": {"is_non_negative": True},
            "monitoring_config_overrides": {"datatype_check_threshold": 0.9},
        },
        {
            "name": "state",
            "inferred_type": "String",
            "completeness": 0.75,
            "string_constraints": {"domains": ["CA", "NY"]},
            "monitoringConfigOverrides": {"evaluate_constraints": "Disabled"},
        },
        {
            "name": "plan",
            "inferred_type": "String",
            "string_constraints": {
                "domains": ["a"],
                "monitoring_config_overrides": {
                    "domain_content_threshold": 0.5,
                    "distribution_constraints": {"categorical_comparison_threshold": 0.3, "enable_comparisons": False},
                },
            },
        },
    ],
    "monitoring_config": {
        "evaluate_constraints": "Enabled",
        "emit_metrics": "Enabled",
        "datatype_check_threshold": 1.0,
        "domain_content_threshold": 1.0,
        "distribution_constraints": {
            "perform_comparison": "Enabled",
            "comparison_threshold": 0.2,
            "comparison_method": "Robust",
            "categorical_drift_method": "LInfinity",
        },
    },
}


def text(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()


def test_statistics_of_real_files_lose_nothing() -> None:
    """Undocumented keys, floats as counts, columns without statistics."""
    assert dump(read_statistics(text(STATISTICS))) == STATISTICS


def test_constraints_of_real_files_lose_nothing() -> None:
    """Every spelling of the overrides stays as it was."""
    assert dump(read_constraints(text(CONSTRAINTS))) == CONSTRAINTS


def test_a_file_that_is_read_and_written_is_the_same() -> None:
    """Layout and order of the documented format."""
    assert render(read_statistics(text(STATISTICS))) == text(STATISTICS)


def test_values_of_a_sketch_weigh_two_to_the_level() -> None:
    """A value in level 1 stands for two values of the data."""
    feature = read_statistics(text(STATISTICS)).features[0]
    assert list(weighted_values(feature)) == [(21.0, 1.0), (28.0, 1.0), (36.0, 2.0), (45.0, 2.0)]


def test_the_level_sizes_of_a_real_sketch_add_up_to_its_rows() -> None:
    """266 + 2 * 1093 + 4 * 2127 + 8 * 1 + 16 * 779 values are 23,432 rows."""
    levels = [[0.0] * size for size in (266, 1093, 2127, 1, 779)]
    value = {
        "features": [{"name": "x", "numerical_statistics": {"distribution": {"kll": {"sketch": {"data": levels}}}}}]
    }
    feature = read_statistics(text(value)).features[0]
    assert sum(weight for _, weight in weighted_values(feature)) == 23432


def test_overrides_are_found_in_all_three_places() -> None:
    """At the feature in two spellings, and inside string_constraints."""
    constraints = read_constraints(text(CONSTRAINTS))
    assert applied(constraints, "age").datatype_share == 0.9
    assert applied(constraints, "state").evaluate is False
    assert applied(constraints, "plan").domain_share == 0.5
    assert applied(constraints, "plan").compare is False


def test_what_is_not_overridden_comes_from_the_file_then_from_the_defaults() -> None:
    """The threshold of categories follows that of numbers where nothing else is said."""
    constraints = read_constraints(text(CONSTRAINTS))
    age, plan = applied(constraints, "age"), applied(constraints, "plan")
    assert (age.comparison_threshold, age.categorical_comparison_threshold, age.robust) == (0.2, 0.2, True)
    assert (plan.categorical_comparison_threshold, plan.datatype_share) == (0.3, 1.0)
    bare = applied(read_constraints(b'{"features": []}'), "anything")
    assert (bare.evaluate, bare.compare, bare.comparison_threshold, bare.domain_share) == (True, True, 0.1, 1.0)


def test_older_spellings_of_methods_are_known() -> None:
    """linf_simple in the text, Simple in the file."""
    for method, robust in (("Simple", False), ("linf_simple", False), ("Robust", True), ("linf_robust", True)):
        config = {"distribution_constraints": {"comparison_method": method}}
        value = {"features": [], "monitoring_config": config}
        assert applied(read_constraints(text(value)), "x").robust is robust


@pytest.mark.parametrize(
    ("value", "line", "said"),
    [
        ('{"features": [\n {"name": "a"},\n {"nam": "b"}]}', 3, "features[1]: the key 'name' is missing here."),
        ('{"features":\n {}}', 2, "features: this should be a list; found a mapping."),
        ('{"features": [{"name": "a",\n"inferred_type": "Number"}]}', 2, "inferred_type: 'Number' is not one of"),
        ('{\n"version": 0.0}', 1, "the key 'features' is missing here."),
        ("[]", 1, "this should be a mapping; found an empty list."),
        ('{"features":\n [{"name":\n null}]}', 3, "features[0].name: nothing is written here (null); text is needed."),
        ('{"features": [{"name": "a", "inferred_type": true}]}', 1, "true is not one of"),
        ('{"features": [{"name": ""}]}', 1, "features[0].name: the text is empty."),
        ('{"features": [\n}', 2, "not JSON"),
        ('{"features": NaN}', 1, "NaN"),
        ("[" * 100_000, 1, "nested deeper"),
        ('{"features": [{"name": "a", "numerical_statistics": {},\n "string_statistics": {}}]}', 1, "both"),
    ],
)
def test_damage_is_named_with_its_line(value: str, line: int, said: str) -> None:
    """The place in the file and what is wrong there."""
    found = damages(value.encode(), files.STATISTICS)
    assert found[0].line == line
    assert said in found[0].message
    with pytest.raises(DamageError):
        read_statistics(value.encode())


VALUES: tuple[Any, ...] = (None, -1, 2.5, "text", "Enabled", "NaN", True, [], {}, [1], {"x": 1}, "")


def places(value: Any) -> list[list[str | int]]:
    """List the pointers to all values below a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [[key, *rest] for key, below in inner for rest in ([], *places(below))]


@pytest.mark.parametrize(("name", "good"), [(files.STATISTICS, STATISTICS), (files.CONSTRAINTS, CONSTRAINTS)])
def test_models_and_schemas_agree_on_every_changed_value(name: str, good: dict[str, Any]) -> None:
    """Each value of a file, replaced by anything: what the models take the published schema takes, and vice versa."""
    schema = name.removesuffix(".json")
    for pointer in places(good):
        for value in VALUES:
            changed = json.loads(json.dumps(good))
            parent = changed
            for key in pointer[:-1]:
                parent = parent[key]
            parent[pointer[-1]] = value
            accepted = damages(json.dumps(changed).encode(), name) == []
            valid = files._validator(schema).is_valid(changed)
            assert accepted == valid, (pointer, value)


def test_a_long_value_does_not_hide_what_is_wrong_with_it() -> None:
    """The reason stands behind the value."""
    feature = {"name": "a", "numerical_statistics": {"distribution": {"kll": {"sketch": {"data": [[1.0]] * 90}}}}}
    [damage] = damages(json.dumps({"features": [feature]}).encode(), "statistics.json")
    assert damage.message.endswith("the list has 90 items; at most 62 are allowed.")
    assert len(damage.message) < 300


def test_all_damages_are_listed_in_order_up_to_a_limit() -> None:
    """One bad file does not fill the screen."""
    features = [{"name": "a", "completeness": 2}] * 50
    found = damages(text({"features": features}), files.CONSTRAINTS)
    assert len(found) == files.MOST_DAMAGES
    assert [damage.line for damage in found] == sorted(damage.line for damage in found)


def test_bytes_that_are_no_text_are_damage() -> None:
    """The line counts the lines before."""
    assert damages(b'{\n"features": "\xff"}', files.STATISTICS)[0].line == 2


def test_places_are_found_behind_every_sort_of_value() -> None:
    """Strings with brackets and escapes, nested values and blanks do not confuse the search."""
    data = b'{"a": "]}\\"[{",\n "b": [1, {"c": [], "d": {"x": -1.5e3}},\n   true, null],\n "e" :  7}'
    assert place(data, ("b", 1, "d", "x")) == (2, 32)
    assert place(data, ("b", 3)) == (3, 10)
    assert place(data, ("e",)) == (4, 9)
    assert place(data, ("b", 9)) == place(data, ("b",)) == (2, 7)
    assert place(data, ()) == (1, 1)


@pytest.mark.parametrize(
    ("threshold", "said"),
    [
        ("'1.5'", "threshold: this should be a number; found '1.5'."),
        ("null", "threshold: nothing is written here; a number is needed."),
        ("[1]", "threshold: this should be a number; found a list of 1."),
        ("{'a': 1}", "threshold: this should be a number; found a mapping."),
    ],
)
def test_a_limit_that_is_no_number_is_asked_for_as_one(threshold: str, said: str) -> None:
    """In the words of the file: the name of a choice is no key."""
    limit = f"{{'threshold': {threshold}, 'comparison_operator': 'GreaterThanThreshold'}}"
    data = f"{{'regression_constraints':\n {{'rmse': {limit}}}}}".replace("'", '"').encode()
    (damage,) = damages(data, files.CONSTRAINTS, MonitoringType.MODEL_QUALITY)
    assert (damage.message, damage.line) == (f"regression_constraints.rmse.{said}", 2)
