"""Policy documents, compiled: each statement becomes tests for action, resource, principal and conditions.

A document that IAM would refuse is refused here too, with a UsageError that says where: nothing is guessed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlgov.errors import UsageError
from mlgov.roles.simulation import matching
from mlgov.roles.simulation.conditions import Condition, condition
from mlgov.roles.simulation.patterns import ANY, Context, Tokens, fill, has_variables, parse, plain
from mlgov.roles.simulation.principals import Grant, Named, Principal, grant_to, is_named

#: (ARN of the request, the whole request) -> whether the statement is about it.
ResourceTest = Callable[[str, Context], bool]

VERSIONS = ("2012-10-17", "2008-10-17")
_KEYS = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"}
)
_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")


@dataclass(frozen=True, slots=True)
class StatementRef:
    """Which statement it was.

    Attributes:
        policy: Name of the policy document.
        number: Its place in the document, from 1.
        sid: Its Sid; empty when it has none.
        effect: ``Allow`` or ``Deny``.
    """

    policy: str
    number: int
    sid: str
    effect: str

    def __str__(self) -> str:
        return f"{self.sid or f'statement {self.number}'} of {self.policy}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, ready to be asked.

    Attributes:
        ref: Which one it is.
        actions: Its Action or NotAction, as written.
        resources: Its Resource or NotResource, as written; empty in a trust policy.
        about_action: Whether it is about an action, given in small letters.
        about_resource: Whether it is about a resource; None: about every one.
        conditions: All of them must hold.
        grant: How directly it means a principal; None in a policy without principals.
    """

    ref: StatementRef
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    about_action: matching.Matcher
    about_resource: ResourceTest | None
    conditions: tuple[Condition, ...]
    grant: Callable[[Principal], Grant] | None

    @property
    def denies(self) -> bool:
        """Whether its effect is Deny."""
        return self.ref.effect == "Deny"

    def applies(self, resource: str, context: Context) -> bool:
        """Say whether a request about an action of this statement fits the rest of it."""
        if self.about_resource is not None and not self.about_resource(resource, context):
            return False
        return all(each.holds(context) for each in self.conditions)


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy with a name.

    Attributes:
        name: What people call it.
        statements: In the order of the document.
    """

    name: str
    statements: tuple[Statement, ...]


def compile_document(name: str, document: Mapping[str, Any], *, with_principals: bool = False) -> PolicyDocument:
    """Compile a policy document.

    Args:
        name: What to call it in answers.
        document: The JSON of the policy as a value.
        with_principals: Whether it is a resource policy, whose statements name principals, such as a trust policy.

    Raises:
        UsageError: IAM would not accept the document.
    """
    if not isinstance(document, Mapping) or set(document) - {"Version", "Id", "Statement"}:
        raise UsageError(f"{name} is no policy document.", hint="It has the keys Version and Statement.")
    version = document.get("Version", VERSIONS[1])
    if version not in VERSIONS:
        raise UsageError(f"{name} has the unknown version {version!r}.", hint=f"Write {VERSIONS[0]}.")
    found = document.get("Statement", [])
    statements = found if isinstance(found, list) else [found]
    variables = version == VERSIONS[0]
    return PolicyDocument(
        name,
        tuple(
            _statement(StatementRef(name, number, "", ""), written, variables, with_principals)
            for number, written in enumerate(statements, 1)
        ),
    )


def _statement(ref: StatementRef, written: Any, variables: bool, with_principals: bool) -> Statement:  # noqa: ANN401
    if not isinstance(written, Mapping) or (unknown := set(written) - _KEYS):
        what = f"the key {sorted(unknown)[0]}, which IAM does not know" if isinstance(written, Mapping) else "no keys"
        raise UsageError(f"{ref} has {what}.")
    if written.get("Effect") not in ("Allow", "Deny"):
        raise UsageError(f"{ref} has neither Effect Allow nor Effect Deny.")
    ref = StatementRef(ref.policy, ref.number, str(written.get("Sid", "")), str(written["Effect"]))
    actions, without = _either(written, "Action", ref)
    resources, others = _either(written, "Resource", ref) if _has_resource(written, with_principals) else ((), False)
    if wrong := [action for action in actions if not _ACTION.fullmatch(action)]:
        raise UsageError(f"{ref} has the action {wrong[0]!r}.", hint="Write service:Action, or * alone.")
    return Statement(
        ref,
        actions,
        resources,
        _about_action(actions, without),
        _about_resource(resources, others, variables) if resources else None,
        tuple(_conditions(written.get("Condition", {}), variables, ref)),
        _grant(written, ref) if with_principals else None,
    )


def _has_resource(written: Mapping[str, Any], with_principals: bool) -> bool:
    return not with_principals or "Resource" in written or "NotResource" in written


def _either(written: Mapping[str, Any], key: str, ref: StatementRef) -> tuple[tuple[str, ...], bool]:
    """Read ``Action`` or ``NotAction`` and the like: the values, and whether it is the negated one."""
    if (key in written) == (f"Not{key}" in written):
        raise UsageError(f"{ref} needs either {key} or Not{key}.")
    negated = key not in written
    return _texts(written[f"Not{key}" if negated else key], ref), negated


def _texts(value: object, ref: StatementRef) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else [value]
    texts = tuple(_text(each, ref) for each in values)
    if not texts:
        raise UsageError(f"{ref} has an empty list.")
    return texts


def _text(value: object, ref: StatementRef) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise UsageError(f"{ref} has a value that is no text.")


def _about_action(actions: Sequence[str], without: bool) -> matching.Matcher:
    templates = [parse(action.lower(), variables=False) for action in actions]
    named = frozenset(found for found in map(plain, templates) if found is not None)
    patterns = [matching.whole(fill(t, {}) or ()) for t in templates if plain(t) is None]
    return lambda action: (action in named or any(matches(action) for matches in patterns)) is not without


def _about_resource(resources: Sequence[str], others: bool, variables: bool) -> ResourceTest | None:
    templates = [parse(text, variables=variables) for text in resources]
    if not others and (ANY,) in templates:
        return None
    open_ones = [t for t in templates if has_variables(t)]
    named = frozenset(found for found in map(plain, templates) if found is not None)
    patterns = [matching.resource(fill(t, {}) or ()) for t in templates if plain(t) is None and t not in open_ones]
    if open_ones:
        return _with_variables(named, patterns, open_ones, others)
    if others:
        return lambda arn, _: not (arn in named or any(matches(arn) for matches in patterns))
    if not patterns:
        return lambda arn, _: arn in named
    if len(patterns) == 1 and not named:
        only = patterns[0]
        return lambda arn, _: only(arn)
    return lambda arn, _: arn in named or any(matches(arn) for matches in patterns)


def _with_variables(
    named: frozenset[str], patterns: Sequence[matching.Matcher], open_ones: Sequence[Tokens], others: bool
) -> ResourceTest:
    """Fill the variables from the request. A value that cannot be filled matches nothing, under NotResource too."""

    def about(arn: str, context: Context) -> bool:
        filled = [fill(t, context) if matching.may_stand_in_resource(t) else None for t in open_ones]
        if others and None in filled:
            return False
        matched = arn in named or any(matches(arn) for matches in patterns)
        return (matched or any(each is not None and matching.resource(each)(arn) for each in filled)) is not others

    return about


def _conditions(blocks: object, variables: bool, ref: StatementRef) -> Iterator[Condition]:
    for operator, keys in _items(blocks, ref):
        for key, values in _items(keys, ref):
            yield condition(operator, key, _texts(values, ref), variables=variables)


def _items(value: object, ref: StatementRef) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{ref} has a Condition that is no mapping of operators to keys to values.")
    yield from value.items()


def _grant(written: Mapping[str, Any], ref: StatementRef) -> Callable[[Principal], Grant]:
    if ("Principal" in written) == ("NotPrincipal" in written):
        raise UsageError(f"{ref} needs either Principal or NotPrincipal.")
    if "Principal" in written:
        named = _named(written["Principal"], ref)
        return lambda asking: grant_to(asking, named)
    spared = _named(written["NotPrincipal"], ref)
    return lambda asking: Grant.NONE if is_named(asking, spared) else Grant.ROLE_OR_USER


def _named(value: object, ref: StatementRef) -> Named:
    if value == "*":
        return {"*": ("*",)}
    return {kind: _texts(names, ref) for kind, names in _items(value, ref)}
