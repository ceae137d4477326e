"""Plans as JSON: the plan file, and what the ledger keeps of what was applied."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mlgov.errors import ImportFormatError
from mlgov.lifecycle.digest import bytes_digest
from mlgov.ports import AccountCall, AccountIdentity
from mlgov.roles.access import AccessChange
from mlgov.roles.account.carrying import Outcome
from mlgov.roles.account.differences import Differences
from mlgov.roles.account.planning import RolePlan
from mlgov.roles.account.seen import read_strictly
from mlgov.roles.account.states import RoleState, state_from, state_value

PLAN_FORMAT, RECORD_FORMAT = "mlgov/role-plan/v1", "mlgov/role-applied/v1"
#: Where the ledger keeps what was applied: applied/<role>/<time>-<digest>.json
PREFIX = "applied/"
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Bound:
    """What a plan is bound to.

    Attributes:
        commit: The commit whose roles were planned.
        account: Id of the account.
        owner: What the repository calls itself.
        names: Roles that were named; empty for all.
        prune: Whether roles with a tombstone are deleted.
        replace: Whether roles may be made anew.
    """

    commit: str
    account: str
    owner: str
    names: tuple[str, ...] = ()
    prune: bool = False
    replace: bool = False


_BOUND = TypeAdapter(Bound)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan file.

    Attributes:
        bound: What it is bound to.
        digest: Digest over that, over what was seen in the account, and over every change.
    """

    bound: Bound
    digest: str


def plan_value(bound: Bound, plans: Sequence[RolePlan]) -> dict[str, Any]:
    """Give a plan as JSON."""
    body = {
        "format": PLAN_FORMAT,
        "commit": bound.commit,
        "account": bound.account,
        "owner": bound.owner,
        "names": list(bound.names),
        "prune": bound.prune,
        "replace": bound.replace,
        "roles": [role_value(each) for each in plans],
    }
    return {**body, "digest": digest_of(body)}


def read_plan(data: bytes, what: str) -> PlanFile:
    """Read a plan file. What it would change is not taken from it: that is planned anew and must be the same.

    Raises:
        ImportFormatError: It is no plan, or was edited.
    """
    hint = "Write one with 'mlgov role plan aws -o FILE'."
    value = read_strictly(data, what)
    if not isinstance(value, dict) or value.get("format") != PLAN_FORMAT:
        raise ImportFormatError(f"{what} is no plan: its format is not {PLAN_FORMAT}.", hint=hint)
    digest = value.pop("digest", None)
    if digest != digest_of(value):
        raise ImportFormatError(f"{what} was changed after it was written.", hint=hint)
    try:
        bound = _BOUND.validate_json(json.dumps({each.name: value[each.name] for each in fields(Bound)}), strict=True)
    except (ValidationError, KeyError):
        raise ImportFormatError(f"{what} is no plan: something is missing in it.", hint=hint) from None
    return PlanFile(bound, str(digest))


def role_value(planned: RolePlan) -> dict[str, Any]:
    """Give the plan of one role as JSON."""
    return {
        "name": planned.name,
        "iam_name": planned.iam_name,
        "verdict": planned.verdict.value,
        "refused": planned.refused,
        "reason": planned.reason,
        "hint": planned.hint,
        "digest": planned.digest or None,
        "seen": digest_of(state_value(planned.found)) if planned.found else None,
        "changes": differences_value(planned.differences),
        "calls": [call_value(call) for call in planned.calls],
    }


def differences_value(found: Differences) -> dict[str, Any]:
    """Give differences as JSON."""
    return {
        "access": [_access_value(change) for change in found.access],
        "statements": [
            {"policy": each.policy, "is": "added" if each.added else "removed", "statement": each.statement}
            for each in found.statements
        ],
        "settings": [{"name": each.name, "before": each.before, "after": each.after} for each in found.settings],
    }


def call_value(call: AccountCall) -> dict[str, Any]:
    """Give a change as JSON."""
    return {"operation": call.operation, "arguments": dict(call.arguments)}


def digest_of(value: object) -> str:
    """Digest a JSON value, whatever letters it holds; the order of keys does not count."""
    return bytes_digest(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())


# What was applied


@dataclass(frozen=True, slots=True)
class Applied:
    """What was last applied of a role.

    Attributes:
        name: Name of the document.
        commit: The commit.
        at: Time, as the record spells it.
        state: What the account was to have; None when the role was deleted.
        whole: Whether every change was made.
    """

    name: str
    commit: str
    at: str
    state: RoleState | None
    whole: bool


def record(outcome: Outcome, bound: Bound, identity: AccountIdentity, at: datetime) -> tuple[str, bytes]:
    """Write the record of one role: its path on the ledger, and its bytes.

    Args:
        outcome: What was done.
        bound: What the plan was bound to.
        identity: The account, and who the account says has called.
        at: Aware time.
    """
    planned = outcome.plan
    value = {
        "format": RECORD_FORMAT,
        "role": planned.name,
        "iam_name": planned.iam_name,
        "account": identity.account,
        "by": identity.caller,
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": bound.commit,
        "owner": bound.owner,
        "digest": planned.digest or None,
        "verdict": planned.verdict.value,
        "changes": differences_value(planned.differences),
        "done": [call.operation for call in outcome.done],
        "left": [call.operation for call in outcome.left],
        "trouble": outcome.trouble.message if outcome.trouble else None,
        "state": state_value(planned.wanted) if planned.wanted else None,
    }
    data = (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()
    name = f"{at.astimezone(UTC).strftime(_TIME)}-{bytes_digest(data).removeprefix('sha256:')[:12]}"
    return f"{PREFIX}{planned.name}/{name}.json", data


def last_applied(records: Mapping[str, bytes], account: str, owner: str) -> dict[str, Applied]:
    """Read what was last applied of each role to one account, by document name.

    A record that cannot be read tells nothing; the paths hold the time, so the last in order is the newest.
    """
    found: dict[str, Applied] = {}
    for _, data in sorted(records.items()):
        for each in _applied(data, account, owner):
            found[each.name] = each
    return found


def _applied(data: bytes, account: str, owner: str) -> Iterator[Applied]:
    try:
        value = read_strictly(data, "a record")
    except ImportFormatError:
        return
    about = {"format": RECORD_FORMAT, "account": account, "owner": owner}
    if not isinstance(value, dict) or any(value.get(key) != each for key, each in about.items()):
        return
    name, state = value.get("role"), value.get("state")
    found = state_from(state) if state is not None else None
    if isinstance(name, str) and (state is None or found):
        yield Applied(name, str(value.get("commit")), str(value.get("at")), found, not value.get("left"))


def _access_value(change: AccessChange) -> dict[str, Any]:
    return {"effect": change.effect.value, "sentence": change.sentence, "risks": list(change.risks)}
