"""Data on S3 as moto emulates it, read over HTTP on this machine."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.cli.main import exit_code_of
from mlgov.errors import TablesMissingError
from tests.cli.monitor.test_importing import write_bucket
from tests.cli.test_monitor import CARD
from tests.contracts.test_message_sink import use_aws
from tests.fakes import schedule_answers as said
from tests.git_world import new_world
from tests.peers.moto_server import moto_address, reset

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Callable[[], str]]:
    """moto, started once."""
    with moto_address() as address:
        yield address


@pytest.fixture
def bucket(server: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An S3 client, and PyArrow pointed to the same server by the usual variables."""
    use_aws(monkeypatch, server())
    monkeypatch.setenv("AWS_ENDPOINT_URL", server())
    client = boto3.client("s3")
    client.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield client
    client.close()
    reset(server())


def rows(uri: str, **options: Any) -> list[dict[str, Any]]:
    return [row for batch in ArrowTables(Path()).batches(uri, **options) for row in batch.to_pylist()]


def test_s3_is_read_like_a_folder(bucket: Any, tmp_path: Path) -> None:
    """Parquet, a folder of captures by hour, and a batch job whose manifests name addresses."""
    pq.write_table(pa.table({"age": [21, 45]}), tmp_path / "a.parquet")
    bucket.upload_file(str(tmp_path / "a.parquet"), "data", "reference/a.parquet")
    record = {"captureData": {"endpointInput": {"data": '{"age": 21}', "encoding": "JSON"}}}
    for hour in ("03", "04"):
        key = f"capture/churn/AllTraffic/2026/01/02/{hour}/a.jsonl"
        bucket.put_object(Bucket="data", Key=key, Body=json.dumps(record))
    for side, text in (("input", "21\n"), ("output", "0.5\n")):
        name = "a.csv" + ".out" * (side == "output")
        bucket.put_object(Bucket="data", Key=f"{side}-files/{name}", Body=text)
        manifest = json.dumps([{"prefix": f"s3://data/{side}-files/"}, name])
        bucket.put_object(Bucket="data", Key=f"batch/{side}/2026/01/02/03/m", Body=manifest)
    assert [row["age"] for row in rows("s3://data/reference")] == [21, 45]
    assert [row["age"] for row in rows("s3://data/capture/churn")] == [21, 21]
    assert [(row["_c0"], row["_c1"]) for row in rows("s3://data/batch")] == [(0.5, 21)]
    with pytest.raises(TablesMissingError):
        rows("s3://data/nothing-here")


def test_a_schedule_is_imported_with_its_baseline_from_s3_and_runs(
    bucket: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Captures, labels and baselines stay where they are: nothing is mapped."""
    write_bucket(tmp_path / "copy")
    bucket.create_bucket(Bucket="company-data", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for file in sorted((tmp_path / "copy").rglob("*.json*")):
        bucket.upload_file(str(file), "company-data", str(file.relative_to(tmp_path / "copy")))
    world = new_world(tmp_path / "world")
    world.write("mlgov.toml", "")
    world.write("cards/churn-prod.yaml", CARD.format(name="churn-prod"))
    names = []
    for number, value in enumerate([*said.QUALITY, *said.BIAS, said.ENDPOINT_SAID]):
        world.write(f"described/{number}.json", json.dumps(value))
        names.append(f"described/{number}.json")
    now = ["-q", "-C", str(world.root), "--now", "2026-11-17T00:10:00Z"]
    assert exit_code_of([*now, "monitor", "import", "sagemaker", *names]) == 0
    assert exit_code_of([*now, "check"]) == 0
    capsys.readouterr()
    exit_code_of([*now, "monitor", "run", "--due", "-f", "json"])
    found = {e["monitor"]: e["execution"] for e in json.loads(capsys.readouterr().out)["executions"]}
    assert {name: each["rows"]["judged"] for name, each in found.items()} == {"churn-data": 100, "churn-bias": 2400}
    assert found["churn-data"]["rows"]["read"] == 200
