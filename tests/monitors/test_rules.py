"""Rules of monitor sets that the examples do not show; see tests/examples for the rest."""

import json
import subprocess
import sys
from collections.abc import Mapping

import pyarrow as pa
import pytest

from mlgov.documents import load
from mlgov.findings import Finding
from mlgov.lifecycle import validate
from mlgov.monitors import MonitorSetDocument, Thresholds, check_monitor_set
from mlgov.monitors.baseline import make
from mlgov.ports import File

TEXT = b"""\
apiVersion: mlgov/v1
kind: MonitorSet
metadata: {name: churn}
lifecycle: {status: draft}
spec:
  model: churn
  monitors:
    - name: data-quality
      monitoring_type: data_quality
      source: {uri: traffic, format: csv, event_time: at}
      baseline: baselines/churn/data-quality
"""
FOLDER = "baselines/churn/data-quality"


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return make(lambda: pa.table({"age": list(range(500))}).to_batches(), Thresholds())


def found_in(files: Mapping[str, bytes], text: bytes = TEXT, mode: str = "100644", omitted: int = 0) -> list[Finding]:
    """Check a monitor set whose baseline folder has some files."""
    paths = {f"{FOLDER}/{name}": data for name, data in files.items()}
    snapshot = {path: File(path, mode, data, omitted) for path, data in paths.items()}
    document, _ = load(text, "monitors/churn.yaml")
    assert document is not None
    typed, problems = validate(document, MonitorSetDocument)
    assert typed is not None, problems
    return list(check_monitor_set(document, typed, snapshot, {"churn": "https://models.example"}))


def findings(files: Mapping[str, bytes], text: bytes = TEXT, mode: str = "100644", omitted: int = 0) -> list[str]:
    """Give code, place and words of what is wrong."""
    found = found_in(files, text, mode, omitted)
    return [f"{f.rule.code} {f.location.path.split('/')[-1]}:{f.location.line} {f.message}" for f in found]


def test_a_baseline_of_ours_is_clean(made: dict[str, bytes]) -> None:
    """All three files."""
    assert findings(made) == []


def test_a_profile_that_was_exchanged_is_found(made: dict[str, bytes]) -> None:
    """Reviewers read statistics.json; it must belong to the profile that decides."""
    other = make(lambda: pa.table({"age": list(range(900))}).to_batches(), Thresholds())
    found = findings({**made, "profile.json": other["profile.json"]})
    assert len(found) == 1
    assert found[0].startswith("MLG-M003 statistics.json:")
    assert "does not belong to profile.json" in found[0]


def test_damage_is_found_at_its_line(made: dict[str, bytes]) -> None:
    """A reviewer who mistypes a constraint sees where."""
    constraints = json.loads(made["constraints.json"])
    constraints["features"][0]["completeness"] = "0.95"
    text = json.dumps(constraints, indent=2)
    line = 1 + text[: text.index('"0.95"')].count("\n")
    found = findings({**made, "constraints.json": text.encode()})
    assert found[0].startswith(f"MLG-M003 constraints.json:{line} features[0].completeness: this should be a number")


def test_a_file_that_is_too_large_to_read_is_damage(made: dict[str, bytes]) -> None:
    """Nothing is taken as fine because nobody looked."""
    found = findings({"statistics.json": b"", "constraints.json": b""}, omitted=9_000_000)
    assert [line.split()[0] for line in found] == ["MLG-M003", "MLG-M003"]


def test_links_are_no_baseline(made: dict[str, bytes]) -> None:
    """Only plain files are reviewed."""
    assert findings(made, mode="120000")[0].startswith("MLG-M002 churn.yaml:11")


def test_a_monitor_that_is_off_needs_no_baseline() -> None:
    """It may be declared before there is data."""
    assert findings({}, TEXT + b"      enabled: false\n") == []


ASKS = b"""\
apiVersion: mlgov/v1
kind: MonitorSet
metadata: {name: churn}
lifecycle: {status: draft}
spec:
  model: churn
  monitors:
    - name: data-quality
      monitoring_type: model_explainability
      source: {uri: traffic, format: csv, event_time: at}
      scorer: churn
      features: [age, income]
      baseline: baselines/churn/data-quality
"""
ANALYSIS = (
    b'{"version": "1.0", "explanations": {"kernel_shap": {"l": {"global_shap_values": {"age": 1, "income": 2}}}}}'
)


def test_a_monitor_with_a_scorer_needs_a_background() -> None:
    """Without it every run fails; beside shap_baseline, too, which stands for analysis.json alone."""
    wanted = f"MLG-M002 churn.yaml:13 {FOLDER}/ has no background.json."
    assert findings({"analysis.json": ANALYSIS}, ASKS) == [wanted]
    assert findings({}, ASKS + b"      shap_baseline: baselines/analysis.json\n") == [wanted]
    assert findings({"analysis.json": ANALYSIS, "background.json": b"{}"}, ASKS) == []


def test_what_only_others_need_is_not_asked_for() -> None:
    """A monitor whose data has attributions asks no model, and the scorer of another type is never asked."""
    columns = ASKS.replace(b"scorer: churn", b"attribution_prefix: shap_")
    assert findings({"analysis.json": ANALYSIS}, columns) == []
    assert "background" not in str(findings({}, TEXT + b"      scorer: churn\n"))


def test_a_scorer_that_the_settings_do_not_name_is_an_error_where_it_is_asked() -> None:
    """At its line, with what to write; a monitor that is off or of another type asks nobody."""
    files = {"analysis.json": ANALYSIS, "background.json": b"{}"}
    text = ASKS.replace(b"scorer: churn", b"scorer: nosuch")
    assert findings(files, text) == ["MLG-M011 churn.yaml:11 mlgov.toml names no scorer 'nosuch'."]
    assert 'below [monitors.scorers] in mlgov.toml: nosuch = "https://' in found_in(files, text)[0].fix
    assert findings(files, text + b"      enabled: false\n") == []
    assert "MLG-M011" not in str(findings({}, TEXT + b"      scorer: nosuch\n"))


SECOND = b"""\
    - name: later
      monitoring_type: data_quality
      source: {uri: traffic, format: csv, event_time: at}
      baseline: baselines/churn/later
"""


@pytest.mark.parametrize(
    ("text", "files", "fixes"),
    [
        (TEXT, {}, ["NAME --from FILE"]),
        (TEXT, {"statistics.json"}, ["churn --from FILE --force"]),
        (TEXT + SECOND, {}, ["churn -m data-quality --from FILE", "churn -m later --from FILE"]),
        (
            TEXT + SECOND,
            {"statistics.json"},
            ["churn -m data-quality --from FILE --force", "churn -m later --from FILE"],
        ),
    ],
)
def test_the_fix_of_a_missing_baseline_is_a_command_that_works(
    made: dict[str, bytes], text: bytes, files: set[str], fixes: list[str]
) -> None:
    """Several monitors must be told apart, and a folder that has files is only written with --force."""
    found = found_in({name: made[name] for name in files}, text)
    wanted = [f"Make them with 'mlgov monitor baseline {fix}' and commit them." for fix in fixes]
    assert [finding.fix for finding in found if finding.rule.code == "MLG-M002"] == wanted


def test_the_package_is_light() -> None:
    """`mlgov check` loads neither numpy nor pyarrow nor scipy nor pandas, even to judge a baseline."""
    heavy = {"numpy", "pyarrow", "scipy", "pandas", "jsonschema"}
    program = (
        "import sys, mlgov.monitors, mlgov.monitors.formats.files as files\n"
        "assert files.damages(b'{\"features\": []}', 'statistics.json') == []\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
