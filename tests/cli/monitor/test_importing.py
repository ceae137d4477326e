"""``mlgov monitor import sagemaker``: what is imported passes the check and runs; what has no place is said."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml

from mlgov.cli.main import exit_code_of
from mlgov.monitors import Facet, Monitor, Source
from mlgov.monitors.making import baseline_files
from mlgov.names import MonitoringType
from tests.cli.test_monitor import CARD
from tests.fakes import schedule_answers as said
from tests.git_world import GitWorld, new_world

Call = tuple[int, str, str]
HOUR = datetime(2026, 11, 16, tzinfo=UTC)
NOW = "2026-11-17T00:10:00Z"


def rows(count: int, seed: int) -> list[tuple[int, int, str, int]]:
    """Make answers, ages, sexes and true labels."""
    random = np.random.default_rng(seed)
    truth, wrong = random.integers(0, 2, count), random.random(count) < 0.2
    ages, sexes = random.integers(20, 70, count), random.choice(["F", "M"], count)
    return [(int(t ^ w), int(a), str(s), int(t)) for t, w, a, s in zip(truth, wrong, ages, sexes, strict=True)]


def write_bucket(bucket: Path) -> None:
    """Write a day of captures and labels in the hour layout, and baselines, as the bucket of a customer has them."""
    found = rows(2400, 1)
    for number, (answer, age, sex, truth) in enumerate(found):
        moment = HOUR + timedelta(seconds=36 * number)
        sides = {
            "endpointInput": {
                "observedContentType": "text/csv",
                "mode": "INPUT",
                "data": f"{age},{sex},x",
                "encoding": "CSV",
            },
            "endpointOutput": {
                "observedContentType": "text/csv",
                "mode": "OUTPUT",
                "data": f"{answer}",
                "encoding": "CSV",
            },
        }
        metadata = {"eventId": f"e{number}", "inferenceTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
        append(
            bucket / f"capture/{said.ENDPOINT}/AllTraffic", moment, {"captureData": sides, "eventMetadata": metadata}
        )
        label = {"groundTruthData": {"data": f"{truth}", "encoding": "CSV"}, "eventMetadata": {"eventId": f"e{number}"}}
        append(bucket / "labels", moment + timedelta(minutes=5), label)
    names = ("_c0", "_c1", "_c2", "truth")
    columns = dict(zip(names, zip(*rows(3000, 2), strict=True), strict=True))
    batch = pa.RecordBatch.from_pydict({name: list(values) for name, values in columns.items()})
    given: dict[str, Any] = {"source": Source(uri="x"), "inference_attribute": "_c0", "ground_truth_attribute": "truth"}
    for folder, kind, more in (
        ("data", MonitoringType.DATA_QUALITY, {}),
        ("model", MonitoringType.MODEL_QUALITY, {"problem_type": "binary_classification"}),
        ("bias", MonitoringType.MODEL_BIAS, {"facets": [Facet(name="_c2", values=["F"])], "label_values": ["1"]}),
    ):
        monitor = Monitor(name="m", monitoring_type=kind, baseline="baselines/a/b", **given, **more)
        used = batch.drop_columns(["truth"]) if folder == "data" else batch
        for name, data in baseline_files(lambda used=used: [used], monitor, at=HOUR).items():
            place = bucket / "baseline" / folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    (bucket / "baseline/bias/analysis_config.json").write_text(json.dumps(said.ANALYSIS))


def append(folder: Path, moment: datetime, record: dict[str, Any]) -> None:
    place = folder / f"{moment:%Y/%m/%d/%H}/part.jsonl"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a") as out:
        out.write(json.dumps({**record, "eventVersion": "0"}) + "\n")


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bucket as a folder."""
    folder = tmp_path_factory.mktemp("s3") / "company-data"
    write_bucket(folder)
    return folder


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """An empty governance repository."""
    made = new_world(tmp_path / "repository")
    made.write("mlgov.toml", "")
    for name in ("churn", "churn-prod"):
        made.write(f"cards/{name}.yaml", CARD.format(name=name))
    made.commit("start")
    return made


@pytest.fixture
def call(world: GitWorld, bucket: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Call]:
    """Import descriptions from files, or run another command."""

    def run(*arguments: str, files: Any = (), mapped: bool = True) -> Call:
        paths = []
        for number, value in enumerate(files):
            path = tmp_path / f"described-{number}.json"
            path.write_text(value if isinstance(value, str) else json.dumps(value))
            paths.append(str(path))
        if files:
            moves = ("--map", f"{said.BUCKET}={bucket}") if mapped else ()
            arguments = ("monitor", "import", "sagemaker", *paths, *moves, *arguments)
        code = exit_code_of(["-C", str(world.root), "--now", NOW, *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def monitors(world: GitWorld, name: str = "churn-prod") -> dict[str, dict[str, Any]]:
    found = yaml.safe_load((world.root / f"monitors/{name}.yaml").read_text())
    return {monitor["name"]: monitor for monitor in found["spec"]["monitors"]}


def test_all_types_are_taken_over_pass_the_check_and_run(
    world: GitWorld, call: Callable[..., Call], bucket: Path
) -> None:
    """Four schedules of one endpoint; what needs attributions is switched off, the others judge a real day."""
    files = [*said.QUALITY, *said.MODEL, *said.BIAS, *said.EXPLANATION, said.ENDPOINT_SAID]
    code, out, err = call(files=files)
    assert code == 0, err
    assert out.split("\n")[0] == "monitors/churn-prod.yaml"
    found = monitors(world)
    assert {name: monitor["enabled"] for name, monitor in found.items()} == {
        "churn-data": True,
        "churn-model": True,
        "churn-bias": True,
        "churn-attribution": False,
    }
    assert "attribution_prefix" in err
    assert found["churn-data"]["schedule"] == "cron(0 * ? * * *)"
    assert found["churn-data"]["source"] == {"uri": f"{bucket}/capture/Churn-Prod", "format": "sagemaker_capture"}
    assert (found["churn-data"]["mode"], found["churn-data"]["exclude_columns"]) == ("sagemaker", ["_c3"])
    assert found["churn-model"]["ground_truth"] == {
        "uri": f"{bucket}/labels",
        "format": "sagemaker_ground_truth",
        "start_time_offset": "-P1D",
        "end_time_offset": "PT0S",
    }
    assert found["churn-model"]["problem_type"] == "binary_classification"
    assert found["churn-bias"]["facets"] == [{"name": "_c2", "values": ["F"]}]
    code, out, err = call("check")
    assert code == 0, out + err
    world.commit("imported")
    code, out, err = call("monitor", "run", "--all", "-f", "json")
    ended = {e["monitor"]: e["execution"]["status"] for e in json.loads(out)["executions"]}
    # As in Model Monitor, a bias that is a little further from none than in the baseline is a violation.
    broken = "completed_with_violations"
    assert ended == {"churn-data": "completed", "churn-model": "completed", "churn-bias": broken}, err
    judged = {e["monitor"]: e["execution"]["rows"]["judged"] for e in json.loads(out)["executions"]}
    assert judged == {"churn-data": 100, "churn-model": 2400, "churn-bias": 2400}


def test_nothing_is_dropped_in_silence(call: Callable[..., Call]) -> None:
    """Each leaf of the descriptions is in the set, or named with a reason; so is a key that nobody knows."""
    schedule, job = said.QUALITY
    strange = {**job, "Brand": {"New": {"Key": 7}}}
    err = call(files=[schedule, strange, said.ENDPOINT_SAID, said.ANALYSIS])[2]
    for said_of in (
        "Brand.New.Key: has no place in a monitor set",
        "DataQualityAppSpecification.RecordPreprocessorSourceUri: mlgov runs no code of others",
        "DataQualityJobInput.EndpointInput.StartTimeOffset: data quality and attributions",
        "JobResources.ClusterConfig.InstanceCount",
        "RoleArn: the credentials",
        "DataCaptureConfig.KmsKeyId: how the endpoint captures",
        "DataQualityJobOutputConfig.MonitoringOutputs.0.S3Output.S3Uri",
        "churn-data: no file has its alert rule",
        "the column '3' is '_c3' in captures",
        "only bias monitors use an analysis configuration",
    ):
        assert said_of in " ".join(err.split()) or said_of in err, said_of
    assert "DataQualityBaselineConfig.ConstraintsResource" not in err
    assert "ScheduleExpression" not in err


def test_alerts_and_a_stopped_schedule_keep_their_meaning(world: GitWorld, call: Callable[..., Call]) -> None:
    """One of the last four, and switched off."""
    stopped = {**said.QUALITY[0], "MonitoringScheduleStatus": "Stopped"}
    code, _, err = call("--model", "churn", files=[stopped, said.QUALITY[1], said.ENDPOINT_SAID, said.ALERTS])
    monitor = monitors(world, "churn")["churn-data"]
    assert (code, monitor["enabled"], "the schedule is stopped" in err) == (0, False, True)
    assert monitor["alert"] == {"datapoints_to_alert": 1, "evaluation_period": 4}
    assert monitor["baseline"] == "baselines/churn/churn-data"


def test_a_schedule_with_its_job_inside_is_read(world: GitWorld, call: Callable[..., Call]) -> None:
    """As older tools wrote it, over a batch transform job; without a type it is data quality."""
    inside = {
        "BaselineConfig": {
            "ConstraintsResource": {"S3Uri": f"{said.BUCKET}/baseline/data/constraints.json"},
            "StatisticsResource": {"S3Uri": f"{said.BUCKET}/baseline/data/statistics.json"},
        },
        "MonitoringInputs": [
            {
                "BatchTransformInput": {
                    "DataCapturedDestinationS3Uri": f"{said.BUCKET}/batch",
                    "DatasetFormat": {"Csv": {"Header": True}},
                    "LocalPath": "/x",
                }
            }
        ],
        "MonitoringAppSpecification": {"ImageUri": "image"},
        "RoleArn": "role",
    }
    config = {"ScheduleConfig": {"ScheduleExpression": "cron(0 0/8 ? * * *)"}, "MonitoringJobDefinition": inside}
    schedule = {
        "MonitoringScheduleName": "Old_One",
        "MonitoringScheduleStatus": "Scheduled",
        "MonitoringScheduleConfig": config,
    }
    code, _, err = call("--model", "churn", files=[schedule])
    monitor = monitors(world, "churn")["old-one"]
    assert (code, monitor["monitoring_type"], monitor["schedule"]) == (0, "data_quality", "cron(0 0/8 ? * * *)")
    assert monitor["source"]["uri"].endswith("/company-data/batch")
    assert "its CSV has a header" in err
    assert call("check")[0] == 0


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("NOW", "it ran once, over -PT2H to -PT1H"),
        ("rate(1 hour)", "counts from when it was made"),
        ("", "AWS chose one"),
    ],
)
def test_a_schedule_without_windows_is_said(
    world: GitWorld, call: Callable[..., Call], expression: str, reason: str
) -> None:
    """The set still passes the check."""
    schedule = json.loads(json.dumps(said.QUALITY[0]))
    times = {"DataAnalysisStartTime": "-PT2H", "DataAnalysisEndTime": "-PT1H"} if expression == "NOW" else {}
    schedule["MonitoringScheduleConfig"]["ScheduleConfig"] = {"ScheduleExpression": expression, **times}
    code, _, err = call(files=[schedule, said.QUALITY[1], said.ENDPOINT_SAID])
    assert (code, reason in err, call("check")[0]) == (0, True, 0)
    assert monitors(world)["churn-data"]["enabled"] is (not expression)


def test_a_baseline_that_cannot_be_read_switches_the_monitor_off(
    world: GitWorld, call: Callable[..., Call], tmp_path: Path
) -> None:
    """And says which file is missing; the set passes the check."""
    move = f"{said.BUCKET}={tmp_path / 'nowhere'}"
    code, out, err = call("--map", move, files=[*said.QUALITY, said.ENDPOINT_SAID], mapped=False)
    assert (code, out) == (0, "monitors/churn-prod.yaml\n")
    assert "constraints.json could not be copied to baselines/churn-prod/churn-data/constraints.json" in err
    assert monitors(world)["churn-data"]["enabled"] is False
    assert call("check")[0] == 0


@pytest.mark.parametrize(
    ("files", "arguments", "text"),
    [
        (said.QUALITY, (), "describe-endpoint --endpoint-name Churn-Prod"),
        (said.QUALITY[:1], (), "describe-data-quality-job-definition --job-definition-name churn-data-job"),
        ([said.ENDPOINT_SAID], (), "describes a monitoring schedule"),
        ([{"a": 1}], (), "is no description of SageMaker"),
        (["[1"], (), "is no JSON"),
        (["[" * 100 + "]" * 100], (), "nested deeper"),
        ([said.QUALITY[0]] * 2, (), "both describe churn-data"),
        ([*said.QUALITY, said.ENDPOINT_SAID], ("--model", "Bad Name"), "no legal name"),
        ([*said.QUALITY, said.ENDPOINT_SAID], ("--map", "x"), "is no pair"),
        ([said.QUALITY[0] | {"MonitoringType": "ModelBias"}, *said.QUALITY[1:], said.ENDPOINT_SAID], (), "is of type"),
    ],
)
def test_what_cannot_be_imported_is_told(
    world: GitWorld, call: Callable[..., Call], files: Any, arguments: tuple[str, ...], text: str
) -> None:
    """Exit 2, what to add, and no file."""
    code, _, err = call(*arguments, files=files)
    assert (code, text in err, (world.root / "monitors").exists()) == (2, True, False), err


def test_what_is_there_is_not_overwritten(world: GitWorld, call: Callable[..., Call]) -> None:
    """The second import is refused before it writes anything."""
    files = [*said.QUALITY, said.ENDPOINT_SAID]
    assert call(files=files)[0] == 0
    before = (world.root / "monitors/churn-prod.yaml").read_bytes()
    code, _, err = call(files=files)
    assert (code, "is there already" in err) == (2, True)
    assert (world.root / "monitors/churn-prod.yaml").read_bytes() == before


def test_where_captures_are_can_be_said(world: GitWorld, call: Callable[..., Call]) -> None:
    """Without a description of the endpoint."""
    assert call("--capture", f"{said.BUCKET}/capture/Churn-Prod", files=said.QUALITY)[0] == 0
    assert monitors(world)["churn-data"]["source"]["uri"].endswith("/company-data/capture/Churn-Prod")


def test_a_model_without_a_card_is_told(world: GitWorld, call: Callable[..., Call]) -> None:
    """The check will want one."""
    err = call("--model", "nobody", files=[*said.QUALITY, said.ENDPOINT_SAID])[2]
    assert "There is no cards/nobody.yaml yet" in err
