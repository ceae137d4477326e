"""Laws of the evaluation, on random policies and requests."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.roles.simulation import Decision, Policies, Request, compile_document, explain, policies, request
from tests.roles.simulation.generated import Generator

SEEDS = st.integers(0, 2**32)
Statements = list[dict[str, Any]]


def some_statements(make: Generator, at_least: int = 1) -> Statements:
    """Make statements."""
    found: Statements = []
    while len(found) < at_least:
        found += make.document()["Statement"]
    return found


def some_requests(make: Generator) -> list[Request]:
    """Make requests."""
    return [request(*make.request()) for _ in range(8)]


def of(statements: Statements, boundary: Statements | None = None) -> Policies:
    """Compile statements into one identity policy, and a boundary."""
    compiled = compile_document("p", {"Version": "2012-10-17", "Statement": statements})
    limit = None if boundary is None else compile_document("b", {"Version": "2012-10-17", "Statement": boundary})
    return policies([compiled], boundary=None if limit is None else [limit])


def allowed(found: Policies, asked: Request) -> bool:
    """Say whether a request is allowed."""
    return found.decide(asked) is Decision.ALLOWED


@given(SEEDS)
def test_adding_a_deny_never_allows_more(seed: int) -> None:
    """Whatever is denied stays denied."""
    make = Generator(seed)
    statements = some_statements(make)
    more = [*statements, {**some_statements(make)[0], "Effect": "Deny"}]
    for asked in some_requests(make):
        assert allowed(of(more), asked) <= allowed(of(statements), asked)


@given(SEEDS)
def test_removing_an_allow_never_allows_more(seed: int) -> None:
    """Nothing depends on a permission to be denied."""
    make = Generator(seed)
    statements = some_statements(make, 2)
    allows = [index for index, each in enumerate(statements) if each["Effect"] == "Allow"]
    if not allows:
        return
    left = statements.copy()
    del left[make.chance.choice(allows)]
    for asked in some_requests(make):
        assert allowed(of(left), asked) <= allowed(of(statements), asked)


@given(SEEDS)
def test_a_boundary_intersects(seed: int) -> None:
    """Allowed under a boundary is allowed by both, each taken alone."""
    make = Generator(seed)
    mine, limit = some_statements(make), some_statements(make)
    for asked in some_requests(make):
        assert allowed(of(mine, limit), asked) is (allowed(of(mine), asked) and allowed(of(limit), asked))


@given(SEEDS)
def test_the_order_of_statements_is_irrelevant(seed: int) -> None:
    """The decision is the same for every order."""
    make = Generator(seed)
    statements = some_statements(make, 3)
    mixed = statements.copy()
    make.chance.shuffle(mixed)
    for asked in some_requests(make):
        assert of(mixed).decide(asked) is of(statements).decide(asked)


@given(SEEDS)
def test_the_answer_and_the_fast_decision_agree(seed: int) -> None:
    """And the statements that the answer names did decide: without the allowing ones, nothing is allowed."""
    make = Generator(seed)
    statements = some_statements(make, 3)
    found = of(statements)
    for asked in some_requests(make):
        answer = explain(found, asked)
        assert answer.decision is found.decide(asked)
        assert answer.reason.endswith(".")
        left = [s for n, s in enumerate(statements, 1) if n not in {ref.number for ref in answer.decided_by}]
        if answer.decision is Decision.ALLOWED:
            assert not allowed(of(left), asked)
        if answer.decision is Decision.EXPLICIT_DENY:
            assert of(left).decide(asked) is not Decision.EXPLICIT_DENY


@given(SEEDS)
def test_letters_of_actions_and_keys_may_have_either_case(seed: int) -> None:
    """Requests in capital letters get the same decision."""
    make = Generator(seed)
    found = of(some_statements(make))
    for _ in range(8):
        action, resource, context = make.request()
        loud = {key.upper(): value for key, value in context.items()}
        assert found.decide(request(action.upper(), resource, loud)) is found.decide(request(action, resource, context))


@pytest.mark.parametrize("decision", list(Decision))
def test_the_generated_cases_have_every_outcome(decision: Decision) -> None:
    """The laws are tested on requests that are allowed and denied in both ways."""
    make = Generator(1)
    outcomes = [of(some_statements(make)).decide(asked) for _ in range(100) for asked in some_requests(make)]
    assert outcomes.count(decision) > 30
