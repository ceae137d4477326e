"""Ways to more power over several roles: found to the end of every chain, and none between the shipped personas."""

from collections.abc import Mapping
from typing import Any

import pytest

from mlgov.roles.lint.chains import Chain, Node, chains
from tests.roles.lint.samples import statement, union
from tests.roles.samples import ACCOUNT

TRAINING = ("sagemaker:CreateTrainingJob", "iam:PassRole")
SAGEMAKER = frozenset({"sagemaker.amazonaws.com"})
TO_SAGEMAKER = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/SageMaker-{name}"


def node(
    name: str, *statements: dict[str, Any], services: frozenset[str] = SAGEMAKER, trusts: tuple[str, ...] = (),
    bounds: dict[str, Any] | None = None,
) -> Node:  # fmt: skip
    """Make a role of the graph."""
    trusted = {arn(each): f"roles/{name}.yaml" for each in trusts}
    return Node(name, arn(name), union(*statements), union(bounds) if bounds else None, services, trusted)


def passing(target: str, *more: str) -> list[dict[str, Any]]:
    """Give the statements that run a training job under another role."""
    return [
        statement("iam:PassRole", on=arn(target), when=TO_SAGEMAKER),
        statement("sagemaker:CreateTrainingJob", *more),
    ]


def found(*nodes: Node) -> Mapping[tuple[str, str], Chain]:
    """Find chains by their ends."""
    return {(each.start, each.steps[-1].target): each for each in chains(nodes)}


POWER = statement("iam:PutRolePolicy")


def test_a_role_that_is_passed_gives_its_power_to_who_passes_it() -> None:
    """The way is told in words."""
    (chain,) = found(node("people", *passing("jobs")), node("jobs", POWER)).values()
    assert [way.path.id for way in chain.ways] == ["put-role-policy"]
    assert (
        chain.words == "can hand SageMaker-jobs to sagemaker.amazonaws.com (iam:PassRole, sagemaker:CreateTrainingJob)"
    )


def test_a_chain_is_followed_to_its_end() -> None:
    """People pass one role, which may assume another one, which may pass a third."""
    nodes = (
        node("people", *passing("jobs")),
        node("jobs", statement("s3:GetObject")),
        node("middle", *passing("end"), trusts=("jobs",)),
        node("end", POWER),
    )
    chain = found(*nodes)["people", "end"]
    assert [step.target for step in chain.steps] == ["jobs", "middle", "end"]
    assert ", which can assume SageMaker-middle, which can hand SageMaker-end to" in chain.words
    assert set(found(*nodes)) == {("people", "end"), ("jobs", "end"), ("middle", "end")}


def test_a_circle_comes_to_an_end() -> None:
    """Each role is reached once."""
    nodes = (node("a", POWER, trusts=("b",)), node("b", trusts=("a",)))
    assert set(found(*nodes)) == {("b", "a")}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (node("people", *passing("other")), node("jobs", POWER)),
        (node("people", statement("iam:PassRole", on=arn("jobs"), when=TO_SAGEMAKER)), node("jobs", POWER)),
        (node("people", statement("sagemaker:CreateTrainingJob")), node("jobs", POWER)),
        (node("people", *passing("jobs")), node("jobs", POWER, services=frozenset({"lambda.amazonaws.com"}))),
        (node("people", *passing("jobs")), node("jobs", POWER, services=frozenset())),
        (node("people", *passing("jobs"), bounds=statement("s3:*")), node("jobs", POWER)),
        (node("people", *passing("jobs"), statement(*TRAINING, effect="Deny")), node("jobs", POWER)),
        (node("people", *passing("jobs")), node("jobs", statement("s3:GetObject"))),
        (node("people", *passing("jobs")), node("jobs", POWER, bounds=statement("s3:*"))),
        (node("people", *passing("jobs"), POWER), node("jobs", POWER)),
        (node("people"), node("jobs", POWER, trusts=("others",))),
    ],
    ids=[
        "another role", "nothing to start", "nothing to pass", "another service", "no service",
        "a boundary of the first", "a deny", "nothing to gain", "a boundary of the last",
        "had before", "others are let in",
    ],
)  # fmt: skip
def test_without_one_link_there_is_no_chain(start: Node, end: Node) -> None:
    """Each part of a step is needed."""
    assert found(start, end) == {}


def test_a_pattern_passes_every_role_that_fits() -> None:
    """Also one that comes later."""
    statements = [statement("iam:PassRole", on=f"arn:aws:iam::{ACCOUNT}:role/SageMaker-j*"), *passing("none")[1:]]
    assert set(found(node("people", *statements), node("jobs", POWER), node("end", POWER))) == {("people", "jobs")}


def test_duties_at_both_ends_are_told() -> None:
    """Who trains by their own role must not approve by the one that their jobs run under."""
    nodes = (node("people", *passing("jobs")), node("jobs", statement("sagemaker:UpdateModelPackage")))
    (chain,) = found(*nodes).values()
    assert [(pair.one.id, pair.other.id) for pair in chain.pairs] == [("approve_models", "train_models")]
    assert chain.ways == ()
