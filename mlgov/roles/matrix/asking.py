"""One cell of the matrix: whether a role has an ability, under which conditions, and which statement decides.

A request that says no more than the ability is asked first. When the answer is no, each Allow statement about action
and resource is looked at: its conditions become what the request says, and the role is asked again. So a yes under
conditions is one that the simulator gave for a request that meets them, and what the ability itself says (an approval
that is set to Approved) is never bent. A condition whose values hold variables cannot be met by an example; it counts
as one that can hold, because a matrix that leaves something out is worse than one that says too much.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlgov.roles.matrix.abilities import Ability, Ask
from mlgov.roles.matrix.subjects import Subject
from mlgov.roles.simulation import Decision, StatementRef, request
from mlgov.roles.simulation.conditions import Condition
from mlgov.roles.simulation.documents import Statement
from mlgov.roles.simulation.evaluation import Policies
from mlgov.roles.simulation.patterns import Context as Said
from mlgov.roles.simulation.principals import Principal

Context = dict[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that roles may do things to.

    Attributes:
        kind: model, endpoint, card, bucket or role.
        name: Its name.
        account: Its account, where it is known; else it is taken to be in that of the role.
        region: Its region, likewise.
    """

    kind: str
    name: str
    account: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """That a role may do something.

    Attributes:
        role: Name of the role's document.
        thing: What it does it to.
        ability: Id of the ability.
        conditions: What must hold for it, in words; empty when nothing must.
        action: The action that was asked.
        resource: The ARN that was asked about.
        statement: The statement that decides; None when a trust policy alone does.
        activity: Activity of that statement; empty when it is of no activity.
    """

    role: str
    thing: Thing
    ability: str
    conditions: tuple[str, ...]
    action: str
    resource: str
    statement: StatementRef | None
    activity: str = ""


def ask(subject: Subject, thing: Thing, ability: Ability, targets: Mapping[str, Subject], now: str) -> Cell | None:
    """Ask a role whether it may do something to a thing.

    Args:
        subject: The role.
        thing: The thing.
        ability: What it may be able to do; one about such things.
        targets: Roles by name, for abilities about roles.
        now: The present time as IAM writes it.

    Returns:
        That it may, with as few conditions as there are; None when it may not.
    """
    cells = [cell for each in ability.asks for cell in _cells(subject, thing, ability, each, targets, now)]
    return min(cells, key=lambda cell: len(cell.conditions), default=None)


def _cells(
    subject: Subject, thing: Thing, ability: Ability, asked: Ask, targets: Mapping[str, Subject], now: str
) -> Iterator[Cell]:
    target = targets.get(thing.name) if thing.kind == "role" else None
    if ability.id != "assume_role" and not subject.simulated.own.plan(asked.action.lower()).allows[0]:
        return  # most roles know nothing of most actions
    own, resource = subject.simulated.own, target.simulated.arn if target else _filled(asked.resource, subject, thing)
    if ability.id == "pass_role" and target and not target.simulated.trusts(asked.context["iam:PassedToService"]):
        return
    if ability.id == "assume_role":
        if target is None or target is subject:
            return
        own = Policies(own.layers, target.simulated.trust, Principal("AWS", subject.simulated.arn))
    fixed: Context = {**subject.simulated.context, "aws:currenttime": now}
    fixed |= {key.lower(): value for key, value in asked.context.items()}
    for where, statement, conditions in _ways(own, asked.action, resource, fixed):
        ref = statement.ref if statement else None
        activity = subject.activities.get(ref.policy, "") if ref else ""
        yield Cell(subject.name, thing, ability.id, conditions, asked.action, where, ref, activity)


def _ways(
    own: Policies, action: str, resource: str, fixed: Context
) -> Iterator[tuple[str, Statement | None, tuple[str, ...]]]:
    """List the ways in which a request is allowed: resource, deciding statement, conditions."""
    plan = own.plan(action.lower())
    if own.decide(asked := request(action, resource, fixed)) is Decision.ALLOWED:
        yield resource, next((s for s in plan.allows[0] if s.applies(resource, asked.context)), None), ()
        return
    for statement in plan.allows[0]:
        for where in _places(statement, resource, asked.context):
            given, doubtful = _meeting(statement, where, fixed, own, action)
            if given is None:
                continue
            if doubtful or own.decide(request(action, where, given)) is Decision.ALLOWED:
                on = () if where == resource else (f"only on {_pattern(statement, where)}",)
                yield where, statement, (*on, *_words(statement, fixed))


def _places(statement: Statement, resource: str, context: Said) -> Iterator[str]:
    """List where a statement may allow it: the resource itself, or a part of the bucket that is meant."""
    if statement.about_resource is None or statement.about_resource(resource, context):
        yield resource
        return
    bucket = resource.removesuffix("x") if ":s3:::" in resource and resource.endswith("/x") else None
    for pattern in statement.resources if bucket else ():
        if bucket and pattern.startswith(bucket):
            yield re.sub(r"[*?]", "x", pattern)


def _pattern(statement: Statement, where: str) -> str:
    return next((each for each in statement.resources if re.sub(r"[*?]", "x", each) == where), where)


def _meeting(
    statement: Statement, resource: str, fixed: Context, own: Policies, action: str
) -> tuple[Context | None, bool]:
    """Write a request that meets a statement, and one of the boundary too; None when nothing can.

    The flag says that a condition can hold which no example could show.
    """
    given, doubtful = _met([statement], fixed)
    for layer in own.plan(action.lower()).allows[1:]:
        if given is None:
            return None, False
        asked = request(action, resource, given)
        about = [s for s in layer if s.about_resource is None or s.about_resource(resource, asked.context)]
        if about and not any(s.applies(resource, asked.context) for s in about):
            given, more = _met(about[:1], given)
            doubtful = doubtful or more
    return given, doubtful


def _met(statements: Sequence[Statement], fixed: Context) -> tuple[Context | None, bool]:
    """Add to a request what statements ask for; None when it contradicts what the request says already."""
    given, doubtful = dict(fixed), False
    conditions = [condition for statement in statements for condition in statement.conditions]
    for condition in conditions:
        if condition.holds(request("x", "*", given).context):
            continue
        key = condition.key.lower()
        if key in fixed:
            return None, False
        beside = [each for each in conditions if each.key.lower() == key and each is not condition]
        example = next((found for each in (condition, *beside) if (found := _example(each))), None)
        if example is None and _base(condition) == "null":
            example = "x"
        if example is None:
            doubtful = True
        else:
            given[key] = example
    context = request("x", "*", given).context
    return given, doubtful or not all(condition.holds(context) for condition in conditions)


def _example(condition: Condition) -> str | None:
    """Give a value that meets a condition by itself; None when the policy shows none."""
    name, first = _base(condition), condition.values[0] if condition.values else ""
    if name == "null" or "not" in name or "${" in first:
        return None
    if name.startswith("numeric") and re.fullmatch(r"-?\d{1,15}", first):
        return str(int(first) + ("greater" in name) - ("less" in name))
    if "less" in name or "greater" in name:
        return None
    return re.sub(r"[*?]", "x", first) if "like" in name or name.startswith("arn") else first


def _base(condition: Condition) -> str:
    return condition.operator.lower().rpartition(":")[2].removesuffix("ifexists")


def _words(statement: Statement, fixed: Context) -> tuple[str, ...]:
    """List the conditions of a statement, but for those about what the request says anyway."""
    return tuple(str(each) for each in statement.conditions if each.key.lower() not in fixed)


def _filled(template: str, subject: Subject, thing: Thing) -> str:
    values = {
        "partition": subject.partition,
        "region": thing.region or subject.region,
        "account": thing.account or subject.account,
        "name": thing.name,
    }
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], template)
