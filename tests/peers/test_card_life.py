"""The whole life of a card in an account as moto emulates it, through ``mlgov card push`` as a command.

moto does otherwise than SageMaker: an update replaces the whole card. A new content loses the status, a new status
loses the content, and each makes a version. SageMaker keeps what an update does not name, and a new status makes no
version. So each step here is looked at first, and then `mend` gives back what moto lost. moto also fails when it is
asked for the tags of a card that was made without any, so cards have some here.
"""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.git_world import CLEAN, GitWorld
from tests.peers.test_moto import account, server, world  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
  owners: ["@model-owners"]
  labels: {{team: risk}}
lifecycle:
  status: {status}
spec:
  model_overview:
    model_name: größer & "besser"
    model_description: {text}
  intended_uses:
    purpose_of_model: Says who leaves.
    risk_rating: low
"""


def mlgov(git: GitWorld, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run ``mlgov card`` as a command, in the environment that names the account."""
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    command = [sys.executable, "-m", "mlgov", "-C", str(git.root), "card", *arguments]
    return subprocess.run(
        command, env=CLEAN | aws, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120
    )


def push(git: GitWorld, status: str, text: str) -> str:
    """Commit the card so, push it, and give what was said."""
    git.save("cards/churn.yaml", CARD.format(status=status, text=text))
    done = mlgov(git, "push", "sagemaker", "--all", "--yes")
    assert done.returncode == 0, done.stderr
    return done.stdout


def described(client: Any) -> dict[str, Any]:
    """Give what the account has."""
    answer: dict[str, Any] = client.describe_model_card(ModelCardName="churn")
    return answer


def mend(client: Any, before: dict[str, Any]) -> None:
    """Give back what moto lost with an update; it takes both in one call, which SageMaker refuses."""
    now = described(client)
    kept = {key: now.get(key) or before[key] for key in ("Content", "ModelCardStatus")}
    client.update_model_card(ModelCardName="churn", **kept)


def assert_settled(git: GitWorld) -> None:
    """Pushing again plans nothing."""
    again = mlgov(git, "push", "sagemaker", "--all", "--yes")
    assert (again.returncode, again.stdout) == (0, "1 card is in the account as in git.\n")


def test_a_life(account: Any, world: GitWorld) -> None:  # noqa: F811 - the fixtures
    """Made, changed, submitted, approved and archived; frozen then; each step is in the account before the next."""
    push(world, "draft", "One")
    made = described(account)
    assert (made["ModelCardVersion"], made["ModelCardStatus"]) == (1, "Draft")
    assert json.loads(made["Content"]) == {
        "model_overview": {"model_name": 'größer & "besser"', "model_description": "One"},
        "intended_uses": {"purpose_of_model": "Says who leaves.", "risk_rating": "Low"},
    }
    assert account.list_tags(ResourceArn=made["ModelCardArn"])["Tags"] == [{"Key": "team", "Value": "risk"}]
    assert_settled(world)

    assert "change churn (content; version 1 -> 2)" in push(world, "draft", "Two")
    changed = described(account)
    assert json.loads(changed["Content"])["model_overview"]["model_description"] == "Two"
    assert changed["ModelCardVersion"] == 2
    mend(account, made)
    assert_settled(world)

    for status, word in (("pending_review", "PendingReview"), ("approved", "Approved"), ("archived", "Archived")):
        assert "(status; version" in push(world, status, "Two")
        assert described(account)["ModelCardStatus"] == word
        mend(account, changed)
        assert json.loads(described(account)["Content"])["model_overview"]["model_description"] == "Two"
        assert_settled(world)

    assert mlgov(world, "pull", "sagemaker", "--all", "--dry-run").returncode == 0
    before = described(account)
    world.save("cards/churn.yaml", CARD.format(status="archived", text="Three"))
    assert mlgov(world, "pull", "sagemaker", "--all", "--dry-run").returncode == 4
    refused = mlgov(world, "push", "sagemaker", "--all", "--yes")
    assert refused.returncode == 1
    assert "refuse churn: It is archived in the account" in refused.stdout
    after = described(account)
    assert {key: after[key] for key in ("Content", "ModelCardVersion")} == {
        key: before[key] for key in ("Content", "ModelCardVersion")
    }


def test_cards_of_an_account_are_taken_in(account: Any, world: GitWorld) -> None:  # noqa: F811 - the fixtures
    """More than a page of them, as drafts that pass the check; they are alike once they are here."""
    tags = [{"Key": "team", "Value": "risk"}]
    for number in range(120):
        content = json.dumps({"model_overview": {"model_name": f"model {number}", "model_artifact": []}})
        account.create_model_card(ModelCardName=f"card-{number}", Content=content, ModelCardStatus="Draft", Tags=tags)
    done = mlgov(world, "pull", "sagemaker", "--all")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("wrote cards/card-") == 120
    world.commit()
    assert mlgov(world, "pull", "sagemaker", "--all").stdout == "120 cards are in the account as in git.\n"
    assert mlgov(world, "push", "sagemaker", "--all", "--dry-run").returncode == 0
