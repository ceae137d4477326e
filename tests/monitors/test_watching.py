"""What is said of a window and its segments together."""

from mlgov.monitors import watching
from mlgov.monitors.judgement import Judgement
from mlgov.monitors.results import ExecutionStatus, Violation
from mlgov.monitors.segments import Part

EXTRA = Violation("region_code", "extra_column_check", "The baseline does not know this column; 10 rows have it.")
NULLS = Violation("age", "completeness_check", "Half of the rows have no value.")


def test_columns_are_remarked_on_once_and_values_in_each_segment() -> None:
    """Every segment has the same columns; what their rows hold differs."""
    whole = Judgement(ExecutionStatus.COMPLETED_WITH_VIOLATIONS, violations=(NULLS,), warnings=(EXTRA,))
    parts = [Part("region", name) for name in ("north", "south")]
    judged = [(watching._Watched(part, None), whole) for part in parts]
    seen = watching._seen(whole, judged).whole
    assert seen.warnings == (EXTRA,)
    assert [(each.feature_name, each.segment or "") for each in seen.violations] == [
        ("age", ""),
        ("age", "region: north"),
        ("age", "region: south"),
    ]


def test_a_column_that_one_segment_alone_lacks_is_remarked_on() -> None:
    """The whole has nothing to say about it."""
    lacking = Violation("age", "missing_column_check", "The column is missing.")
    said = Judgement(ExecutionStatus.COMPLETED_WITH_VIOLATIONS, violations=(lacking,))
    part = watching._Watched(Part("region", "north"), None)
    seen = watching._seen(Judgement(ExecutionStatus.COMPLETED), [(part, said)]).whole
    assert [each.segment for each in seen.violations] == ["region: north"]
