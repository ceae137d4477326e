"""What an account has, as a value: read through the port, or from a snapshot file.

A snapshot is strict JSON: an unknown key, a key twice or a value of another type is refused, never passed over.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from mlgov.errors import ImportFormatError
from mlgov.ports import AccountIdentity, AccountPolicy, AccountRole, RoleAccount
from mlgov.roles.account.states import OWNER_TAG, ROLE_TAG, RoleState, document_name
from mlgov.roles.assembly import ROLE_PREFIX

FORMAT = "mlgov/role-snapshot/v1"
Thing = TypeVar("Thing", AccountRole, AccountPolicy)
#: Tags that AWS sets itself; nobody else can change them.
RESERVED = "aws:"


@dataclass(frozen=True, slots=True)
class Seen:
    """What an account has of what could be ours: all whose names start as those of our roles.

    Attributes:
        identity: Which account, and who looked.
        roles: Its roles.
        policies: Its own managed policies.
    """

    identity: AccountIdentity
    roles: tuple[AccountRole, ...] = ()
    policies: tuple[AccountPolicy, ...] = ()


def read_account(account: RoleAccount, tell: Callable[[int, int], None]) -> Seen:
    """Read an account. What goes while it is read is taken as gone.

    Args:
        account: The account.
        tell: Is told how many of how many things were read.

    Raises:
        CloudError: The account refused or did not answer.
    """
    identity = account.identity()
    names, arns = account.role_names(ROLE_PREFIX), account.policy_arns(ROLE_PREFIX)
    total = len(names) + len(arns)
    roles, policies = [], []
    for done, name in enumerate(names):
        tell(done, total)
        roles.append(account.role(name))
    for done, arn in enumerate(arns, start=len(names)):
        tell(done, total)
        policies.append(account.policy(arn))
    tell(total, total)
    return Seen(identity, tuple(each for each in roles if each), tuple(each for each in policies if each))


def is_ours(tags: Iterable[tuple[str, str]], owner: str) -> bool:
    """Say whether something carries our tag."""
    return (OWNER_TAG, owner) in tags


def states_of(seen: Seen, owner: str) -> dict[str, RoleState]:
    """Give what an account has, by document name.

    A policy belongs to the role that its tag names, when it is ours; a role's other policies are merely attached.
    """
    found = {document_name(role.name): RoleState(cleaned(role)) for role in seen.roles}
    for policy in sorted(map(cleaned, seen.policies), key=lambda each: each.arn):
        name = dict(policy.tags).get(ROLE_TAG, "")
        if name and is_ours(policy.tags, owner):
            state = found.get(name, RoleState(None))
            found[name] = replace(state, policies=(*state.policies, policy))
    return found


def cleaned(found: Thing) -> Thing:
    """Leave out the tags that only AWS can change."""
    return replace(found, tags=tuple(sorted(pair for pair in found.tags if not pair[0].startswith(RESERVED))))


def snapshot_text(seen: Seen) -> str:
    """Write what was seen as JSON: the same bytes for the same account."""
    return json.dumps({"format": FORMAT, **asdict(seen)}, indent=2, sort_keys=True) + "\n"


def read_snapshot(data: bytes, what: str) -> Seen:
    """Read what `snapshot_text` wrote.

    Args:
        data: The file.
        what: Its name, for messages.

    Raises:
        ImportFormatError: It is anything else.
    """
    hint = "Write one with 'mlgov role snapshot aws -o FILE'."
    value = read_strictly(data, what)
    if not isinstance(value, dict) or value.pop("format", None) != FORMAT:
        raise ImportFormatError(f"{what} is no snapshot: its format is not {FORMAT}.", hint=hint)
    try:
        seen = _SEEN.validate_json(json.dumps(value), strict=True)
    except (ValidationError, RecursionError) as error:
        raise ImportFormatError(f"{what} is no snapshot: {_first(error)}.", hint=hint) from None
    if json.loads(json.dumps(asdict(seen))) != value:
        raise ImportFormatError(f"{what} has keys that no snapshot has.", hint=hint)
    return seen


def read_strictly(data: bytes, what: str) -> Any:  # noqa: ANN401 - any JSON
    """Read JSON in which no key is twice and every number is one.

    Raises:
        ImportFormatError: It is none.
    """
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
        raise ImportFormatError(f"{what} is no JSON that can be used: {reason}.") from None


_SEEN = TypeAdapter(Seen)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _first(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return type(error).__name__
    problem = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
