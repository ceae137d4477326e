"""Why a request is allowed or denied, in one sentence, and which statement decided."""

from mlgov.roles.simulation import Answer, Decision, PolicyDocument, StatementRef, explain, policies, request
from tests.roles.simulation.policies_for_tests import policy, statement

READ = statement(action="s3:GetObject", resource="arn:aws:s3:::data/*", Sid="Read")
FROM_HOME = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "Bool": {"aws:SecureTransport": "true"}}


def ask(*documents: PolicyDocument, boundary: list[PolicyDocument] | None = None, **context: str) -> Answer:
    """Ask to read an object."""
    asked = request("s3:GetObject", "arn:aws:s3:::data/a", {f"aws:{key}": value for key, value in context.items()})
    return explain(policies(documents, boundary=boundary), asked)


def test_an_allow_names_every_statement_that_allows() -> None:
    """One or several."""
    assert ask(policy(READ, name="Data")).reason == "Read of Data allows it."
    both = ask(policy(READ, name="Data"), policy(statement(), name="All"))
    assert both.reason == "Read of Data and statement 1 of All allow it."
    assert both.decided_by == (StatementRef("Data", 1, "Read", "Allow"), StatementRef("All", 1, "", "Allow"))


def test_an_explicit_deny_names_the_statement_that_denies() -> None:
    """And not those that allow."""
    answer = ask(policy(READ), policy(statement("Deny", Sid="Never"), name="Guard"))
    assert (answer.decision, answer.reason) == (Decision.EXPLICIT_DENY, "Never of Guard denies it explicitly.")
    assert [ref.policy for ref in answer.decided_by] == ["Guard"]


def test_an_action_that_nobody_names_has_no_nearest_statement() -> None:
    """The action is told as it was written."""
    answer = ask(policy(statement(action="s3:PutObject")))
    assert answer.reason == "No statement of the identity policies allows s3:GetObject."
    assert (answer.decided_by, answer.nearest, answer.failed) == ((), None, ())


def test_another_resource_is_told() -> None:
    """The statement is about the action, and not about this resource."""
    answer = ask(policy(statement(action="s3:*", resource="arn:aws:s3:::other/*", Sid="Other"), name="Data"))
    assert answer.reason == "Other of Data allows s3:GetObject, but not on arn:aws:s3:::data/a."
    assert answer.nearest == StatementRef("Data", 1, "Other", "Allow")


def test_failed_conditions_are_told_with_what_the_request_says() -> None:
    """Each with the value it got, or that there was none."""
    answer = ask(policy({**READ, "Condition": FROM_HOME}, name="Data"), SourceIp="192.0.2.1")
    assert answer.failed == (
        "IpAddress aws:SourceIp 10.0.0.0/8, but the request says 192.0.2.1",
        "Bool aws:SecureTransport true, but the request has no aws:SecureTransport",
    )
    assert answer.reason == f"Read of Data would allow it if its conditions held: {'; '.join(answer.failed)}."


def test_the_nearest_statement_is_the_one_with_the_fewest_failures_on_the_resource() -> None:
    """A fitting resource counts more than fitting conditions."""
    far = statement(resource="arn:aws:s3:::other", Sid="Far")
    near = {**READ, "Sid": "Near", "Condition": {"IpAddress": FROM_HOME["IpAddress"]}}
    answer = ask(policy(far, {**READ, "Condition": FROM_HOME}, near))
    assert answer.nearest is not None
    assert answer.nearest.sid == "Near"


def test_the_layer_that_forbids_is_named() -> None:
    """The identity policies allow, the boundary does not."""
    answer = ask(policy(READ), boundary=[policy(statement(action="s3:List*"), name="b")])
    assert answer.reason == "No statement of the permissions boundary allows s3:GetObject."
