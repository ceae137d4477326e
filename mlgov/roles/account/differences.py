"""In what two states of a role differ: in what it may do, in statements, and in settings. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlgov.ports import AccountRole
from mlgov.roles.access import EVERYTHING_BUT, Access, AccessChange, Grants, changes_between, collected
from mlgov.roles.account.documents import canonical, statements_of
from mlgov.roles.account.states import RoleState
from mlgov.roles.policy import Condition

TRUST = "trust policy"
ANY_ROLE = AccountRole("", "", "/", "", 3600, {})


@dataclass(frozen=True, slots=True)
class StatementChange:
    """A statement that is only on one side.

    Attributes:
        policy: Name of its policy; ``trust policy`` for that one.
        added: Whether it is new; else it goes.
        statement: The statement in its one form.
    """

    policy: str
    added: bool
    statement: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting of the role that changes. A value that is not there is empty.

    Attributes:
        name: Which: ``path``, ``description``, ``max_session_duration``, ``permissions_boundary``, ``tag <key>``, or
            ``policy <name>`` for one that is there, and inline or managed, or not.
        before: What it was.
        after: What it becomes.
    """

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Differences:
    """All of them.

    Attributes:
        access: In what the role may do. Empty when only policies were cut otherwise.
        statements: In statements, by policy.
        settings: In everything else.
    """

    access: tuple[AccessChange, ...] = ()
    statements: tuple[StatementChange, ...] = ()
    settings: tuple[SettingChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.access or self.statements or self.settings)


def differences(before: RoleState | None, after: RoleState | None) -> Differences:
    """Compare two states of a role; None where there is none."""
    there = [state if state and state.role else None for state in (before, after)]
    return Differences(
        tuple(changes_between(*(_access(state) if state else None for state in there))),
        tuple(_statements(*map(_documents, there))),
        tuple(_settings(*there)),
    )


def _documents(state: RoleState | None) -> dict[str, Any]:
    if state is None or state.role is None:
        return {}
    return {TRUST: canonical(state.role.trust), **dict(state.documents())}


def _statements(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[StatementChange]:
    for policy in sorted({*before, *after}, key=lambda name: (name != TRUST, name)):
        old, new = (statements_of(documents.get(policy, {})) for documents in (before, after))
        yield from (StatementChange(policy, False, each) for each in old if each not in new)
        yield from (StatementChange(policy, True, each) for each in new if each not in old)


def _settings(before: RoleState | None, after: RoleState | None) -> Iterator[SettingChange]:
    old, new = (_words(state) if state else {} for state in (before, after))
    for name in sorted({*old, *new}):
        if old.get(name, "") != new.get(name, ""):
            yield SettingChange(name, old.get(name, ""), new.get(name, ""))


def _words(state: RoleState) -> dict[str, str]:
    role = state.role or ANY_ROLE
    words = {
        "path": role.path,
        "description": role.description,
        "max_session_duration": str(role.max_session_duration),
        "permissions_boundary": role.permissions_boundary or "",
    }
    words |= {f"tag {key}": repr(value) for key, value in role.tags}
    words |= {f"policy {name}": "inline" for name, _ in role.inline}
    attached = set(role.attached)
    for policy in state.policies:
        words[f"policy {policy.name}"] = "managed" if policy.arn in attached else "managed, not attached"
        words |= {f"tag {key} of {policy.name}": repr(value) for key, value in policy.tags}
    return words


# What a state permits


def _access(state: RoleState) -> Access:
    role = state.role or ANY_ROLE
    own = [statement for _, document in state.documents() for statement in statements_of(document)]
    trust = statements_of(canonical(role.trust))
    return Access(
        allows=_grants(own, "Allow", _resources),
        denies=_grants(own, "Deny", _resources),
        trusts=_grants(trust, "Allow", _principals),
        distrusts=_grants(trust, "Deny", _principals),
        boundary=role.permissions_boundary,
        attached=frozenset(state.others),
    )


def _grants(
    statements: Iterable[Mapping[str, Any]], effect: str, about: Callable[[Mapping[str, Any]], list[str]]
) -> Grants:
    return collected(
        (action, what, conditions)
        for statement in statements
        if statement.get("Effect") == effect
        for conditions in [tuple(_conditions(statement.get("Condition", {})))]
        for action in _either(statement, "Action")
        for what in about(statement)
    )


def _either(statement: Mapping[str, Any], key: str) -> list[str]:
    """Give the values of ``Action`` or ``NotAction`` and the like; a negated one is one value."""
    if f"Not{key}" in statement:
        return [EVERYTHING_BUT + ", ".join(statement[f"Not{key}"])]
    found: list[str] = statement.get(key, [])
    return found


def _resources(statement: Mapping[str, Any]) -> list[str]:
    return _either(statement, "Resource")


def _principals(statement: Mapping[str, Any]) -> list[str]:
    negated = "NotPrincipal" in statement
    found = statement.get("NotPrincipal" if negated else "Principal", {})
    names = [f"{kind} {name}" for kind, each in found.items() for name in each] if isinstance(found, dict) else [found]
    return [EVERYTHING_BUT + ", ".join(names)] if negated else names


def _conditions(found: object) -> Iterator[Condition]:
    if not isinstance(found, Mapping):
        yield Condition("unreadable", str(found), ())
        return
    for operator, keys in found.items():
        for key, values in keys.items():
            yield Condition(operator, key, tuple(values))
