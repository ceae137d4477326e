"""Agreement with an independent simulator (npm ``@cloud-copilot/iam-simulate``) on thousands of requests.

Three kinds of requests are put to both: random policies with random requests, the rendered roles of the golden files,
and random trust policies. They must agree on every one. What they are known to disagree on is kept out of the random
requests and stands in `DISAGREEMENTS` instead, one smallest example each, with what AWS documents.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mlgov.roles.simulation import Decision, Policies, compile_document, explain, policies, principal, request
from tests.roles.simulation.generated import ACCOUNT, JOB, OTHER, ROLE, Generator
from tests.roles.simulation.independent import IndependentSimulator, asked
from tests.roles.simulation.requests_of import requests_of

pytestmark = pytest.mark.node

GOLDEN = Path(__file__).parents[2] / "golden" / "roles"
WORDS = {
    Decision.ALLOWED: "Allowed",
    Decision.EXPLICIT_DENY: "ExplicitlyDenied",
    Decision.IMPLICIT_DENY: "ImplicitlyDenied",
}

#: What differs: a statement, what is asked (resource, context), what we say, what the simulator says, and why AWS's
#: documentation (IAM User Guide) is on our side.
DISAGREEMENTS: dict[str, tuple[dict[str, Any], str, dict[str, Any], str, str, str]] = {
    "a request without a resource": (
        {"Resource": "arn:aws:s3:::data"},
        "*",
        {},
        "ImplicitlyDenied",
        "Allowed",
        "Asked without its front door, the simulator takes * in a request as 'any resource that fits'. 'JSON policy "
        "elements: Resource': an action without resource-level permissions needs * in the policy. Its front door, "
        "which knows these actions, agrees with us: see the shipped roles.",
    ),
    "a wildcard for the type of a resource": (
        {"Resource": "arn:aws:sagemaker:*:*:*/*"},
        f"{JOB}one",
        {},
        "Allowed",
        "ImplicitlyDenied",
        "'Resource': a star may stand for everything in a segment, slashes included, and wildcards are excluded from "
        "the service segment alone. AWS's own role templates for SageMaker consist of this ARN.",
    ),
    "a star that ends a segment": (
        {"Resource": "arn:aws:logs:*:log-group:x"},
        f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:x",
        {},
        "Allowed",
        "ImplicitlyDenied",
        "'Resource': a star that is the last sign of a segment may match beyond the colon.",
    ),
    "NotResource with a variable that has no value": (
        {"NotResource": "arn:aws:s3:::data/${aws:username}"},
        f"{JOB}one",
        {},
        "ImplicitlyDenied",
        "Allowed",
        "'Policy variables': a key that is not present fails every match and makes the statement invalid; it must not "
        "widen it to every resource.",
    ),
    "a whole ARN in a variable": (
        {"Condition": {"ArnEquals": {"aws:SourceArn": "${aws:PrincipalArn}"}}},
        f"{JOB}one",
        {"aws:SourceArn": ROLE, "aws:PrincipalArn": ROLE},
        "Allowed",
        "ImplicitlyDenied",
        "'Policy variables': variables may be used with the ARN operators; values are compared when they are filled.",
    ),
    "an escaped star where stars are plain": (
        {"Condition": {"StringEquals": {"aws:PrincipalTag/Team": "${*}"}}},
        f"{JOB}one",
        {"aws:PrincipalTag/Team": "*"},
        "Allowed",
        "ImplicitlyDenied",
        "'Policy variables': ${*} may be used in any text that other variables may be used in, and is the sign itself. "
        "The simulator knows it in StringLike alone.",
    ),
    "seconds since 1970": (
        {"Condition": {"DateEquals": {"aws:CurrentTime": "1795132800"}}},
        f"{JOB}one",
        {"aws:CurrentTime": "2026-11-20T00:00:00Z"},
        "Allowed",
        "ImplicitlyDenied",
        "'Date condition operators': dates may be written in epoch time, and aws:EpochTime counts seconds. The "
        "simulator takes them for milliseconds.",
    ),
    "every IPv4 address": (
        {"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}},
        f"{JOB}one",
        {"aws:SourceIp": "203.0.113.7"},
        "Allowed",
        "ImplicitlyDenied",
        "RFC 4632, which 'IP address condition operators' names: a prefix of length 0 holds every address. The "
        "simulator shifts by 32 bits, which JavaScript does not do.",
    ),
    "an IPv6 address that could be written shorter": (
        {"Condition": {"IpAddress": {"aws:SourceIp": "2001:db8:0:0::1"}}},
        f"{JOB}one",
        {"aws:SourceIp": "2001:db8::1"},
        "Allowed",
        "ImplicitlyDenied",
        "RFC 4291: both texts are the same address.",
    ),
    "not an address of the other IP version": (
        {"Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.7"}}},
        f"{JOB}one",
        {"aws:SourceIp": "2001:db8::1"},
        "Allowed",
        "ImplicitlyDenied",
        "'IP address condition operators': NotIpAddress holds for all addresses but those named. With a range instead "
        "of one address, the simulator agrees.",
    ),
    "ForAnyValue with IfExists": (
        {"Condition": {"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}}},
        f"{JOB}one",
        {},
        "Allowed",
        "ImplicitlyDenied",
        "'...IfExists': if the key is not present, the condition is true; every operator but Null may carry it.",
    ),
    "ForAllValues of empty texts": (
        {"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}},
        f"{JOB}one",
        {"aws:TagKeys": [""]},
        "Allowed",
        "ImplicitlyDenied",
        "'Multivalued context keys': ForAllValues also holds when the values are a null data set, such as an empty "
        "text.",
    ),
    "a key with an empty list": (
        {"Condition": {"Null": {"aws:TagKeys": "true"}}},
        f"{JOB}one",
        {"aws:TagKeys": []},
        "Allowed",
        "ImplicitlyDenied",
        "'Null': false wants the key to exist and its value not to be null; a key without values has none.",
    ),
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[IndependentSimulator]:
    """A running simulator."""
    running = IndependentSimulator()
    yield running
    running.close()


def compiled(given: Mapping[str, Any]) -> Policies:
    """Compile policies that are written as the simulator wants them."""
    limit = given.get("permissionBoundaryPolicies")
    session, trust = given.get("sessionPolicy"), given.get("resourcePolicy")
    return policies(
        [compile_document(each["name"], each["policy"]) for each in given["identityPolicies"]],
        boundary=None if limit is None else [compile_document(each["name"], each["policy"]) for each in limit],
        session=None if session is None else [compile_document("session", session)],
        resource=None if trust is None else compile_document("trust", trust, with_principals=True),
        principal=principal(given.get("who", ROLE)),
    )


def test_both_agree_on_random_policies(simulator: IndependentSimulator) -> None:
    """6,000 requests to 600 sets of identity policies and boundaries."""
    outcomes: Counter[Decision] = Counter()
    for case in Generator(20_261_120, disputed=False).cases(600, 10):
        number, ours = simulator.keep(case.policies), compiled(case.policies)
        for action, resource, context in case.requests:
            decision = ours.decide(request(action, resource, context))
            theirs = simulator.ask(number, asked(ROLE, action, resource, context, ACCOUNT))
            assert theirs == WORDS[decision], (case.policies, action, resource, context)
            outcomes[decision] += 1
    assert outcomes.total() == 6000
    assert min(outcomes.values()) > 400


def test_both_agree_on_random_session_policies(simulator: IndependentSimulator) -> None:
    """1,000 requests through the simulator's front door, which drops keys that an action does not have."""
    make = Generator(7, disputed=False)
    outcomes: Counter[Decision] = Counter()
    for _ in range(200):
        given = {**make.policies(), "sessionPolicy": make.document()}
        number, ours = simulator.keep(given), compiled(given)
        for _ in range(5):
            _, _, context = make.request()
            action, resource = make.chance.choice((("s3:GetObject", "arn:aws:s3:::data/a"), ("iam:PassRole", ROLE)))
            decision = ours.decide(request(action, resource, context))
            theirs, ignored = simulator.ask_checked(number, asked(ROLE, action, resource, context, ACCOUNT))
            assert ignored == []
            assert theirs == WORDS[decision], (given, action, resource, context)
            outcomes[decision] += 1
    assert min(outcomes[each] for each in Decision) > 20


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_both_agree_on_the_shipped_roles(simulator: IndependentSimulator, path: Path) -> None:
    """Every statement of a golden role: what it is about, and what misses it by one thing.

    Asked through the simulator's front door, which knows what actions and keys AWS has. It refuses an action on a type
    of resource that the action does not take; such pairs come from statements over several types, and nobody can ask.
    """
    mine = list(documents_of(path))
    ours = compiled({"identityPolicies": mine})
    plain = simulator.keep({"identityPolicies": mine})
    keyed = simulator.keep({"identityPolicies": mine, "resourcePolicy": KEY_POLICY})
    outcomes: Counter[Decision] = Counter()
    for action, resource, context in requests_of(mine):
        number = keyed if action.startswith("kms:") else plain
        said = asked(ROLE, action, resource, context, ACCOUNT)
        theirs, ignored = simulator.ask_checked(number, said)
        if "no.resource.types" in theirs:
            continue
        assert ignored == []
        decision = ours.decide(request(action, resource, context))
        assert theirs == WORDS[decision], (action, resource, context, explain(ours, request(action, resource, context)))
        outcomes[decision] += 1
    assert outcomes[Decision.ALLOWED] > 15
    assert outcomes[Decision.IMPLICIT_DENY] > 5


#: The key policy that AWS gives a new key: the identity policies of the account decide. Without one, a key is closed.
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    },
}


def documents_of(path: Path) -> Iterator[dict[str, Any]]:
    """List the policies of a rendered role."""
    rendered = json.loads(path.read_text())
    for each in rendered["Role"].get("Policies", []):
        yield {"name": each["PolicyName"], "policy": each["PolicyDocument"]}
    for each in rendered["ManagedPolicies"]:
        yield {"name": each["ManagedPolicyName"], "policy": each["PolicyDocument"]}


PRINCIPALS: tuple[Any, ...] = (
    "*",
    {"AWS": ACCOUNT},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    {"AWS": [ROLE, f"arn:aws:iam::{OTHER}:role/x"]},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"},
    {"AWS": OTHER},
    {"Service": ["sagemaker.amazonaws.com", "glue.amazonaws.com"]},
)
ASKING = (
    ROLE,
    f"arn:aws:iam::{ACCOUNT}:user/ann",
    f"arn:aws:iam::{OTHER}:user/bob",
    f"arn:aws:iam::{OTHER}:role/x",
    "sagemaker.amazonaws.com",
    "lambda.amazonaws.com",
)


def test_both_agree_on_random_trust_policies(simulator: IndependentSimulator) -> None:
    """1,200 requests to assume a role, from roles, users, other accounts and services."""
    make = Generator(11, disputed=False)
    outcomes: Counter[Decision] = Counter()
    for _ in range(200):
        trust = [_trust_statement(make) for _ in range(make.chance.randint(1, 3))]
        own = {"Effect": make.chance.choice(("Allow", "Deny", "Allow")), "Action": "sts:*", "Resource": "*"}
        mine = [{"name": "own", "policy": {"Version": "2012-10-17", "Statement": own}}]
        for who in ASKING:
            given = {
                "identityPolicies": mine if make.chance.random() < 0.6 and who.startswith("arn:") else [],
                "resourcePolicy": {"Version": "2012-10-17", "Statement": trust},
                "who": who,
            }
            target, context = f"arn:aws:iam::{ACCOUNT}:role/target", make.request()[2]
            decision = compiled(given).decide(request("sts:AssumeRole", target, context))
            said = asked(who, "sts:AssumeRole", target, context, ACCOUNT)
            theirs, ignored = simulator.ask_checked(simulator.keep(given), said)
            assert ignored == []
            assert theirs == WORDS[decision], (given, context)
            outcomes[decision] += 1
    assert min(outcomes[each] for each in Decision) > 100


def _trust_statement(make: Generator) -> dict[str, Any]:
    found = {key: value for key, value in make.statement().items() if key in ("Effect", "Condition")}
    return {**found, "Action": "sts:AssumeRole", "Principal": make.chance.choice(PRINCIPALS)}


@pytest.mark.parametrize("name", DISAGREEMENTS)
def test_a_known_disagreement_is_as_described(simulator: IndependentSimulator, name: str) -> None:
    """Still there, and in the direction that the table says; if the simulator changes its mind, the row goes."""
    written, resource, context, ours, theirs, why = DISAGREEMENTS[name]
    everything = {} if "NotResource" in written else {"Resource": "*"}
    statement = {"Effect": "Allow", "Action": "*", **everything, **written}
    given = {"identityPolicies": [{"name": "p", "policy": {"Version": "2012-10-17", "Statement": [statement]}}]}
    assert WORDS[compiled(given).decide(request("s3:GetObject", resource, context))] == ours, why
    said = asked(ROLE, "s3:GetObject", resource, context, ACCOUNT)
    assert simulator.ask(simulator.keep(given), said) == theirs, why
