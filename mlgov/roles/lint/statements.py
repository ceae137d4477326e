"""One statement by itself: do its actions exist, and do its resources and conditions fit them?"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mlgov.findings import Severity
from mlgov.roles.lint import iam_data, rules
from mlgov.roles.lint.arns import may_be
from mlgov.roles.lint.grants import Grant, fits
from mlgov.roles.lint.notes import Note
from mlgov.roles.policy import Condition
from mlgov.roles.simulation.conditions import OPERATORS

#: Condition keys that every request may have, beside those that a service names itself.
#: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_GLOBAL_NAMES = """
AssumedRoot CalledVia CalledViaFirst CalledViaLast ChatbotSourceArn CurrentTime
Ec2InstanceSourcePrivateIPv4 Ec2InstanceSourceVpc EpochTime FederatedProvider MultiFactorAuthAge
MultiFactorAuthPresent PrincipalAccount PrincipalArn PrincipalIsAWSService PrincipalOrgID
PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList PrincipalType Referer
RequestedRegion ResourceAccount ResourceOrgID ResourceOrgPaths SecureTransport SourceAccount
SourceArn SourceIdentity SourceIp SourceOrgID SourceOrgPaths SourceVpc SourceVpcArn SourceVpce
TokenIssueTime UserAgent userid username ViaAWSService VpceAccount VpceOrgID VpceOrgPaths
VpcSourceIp
"""
GLOBAL_KEYS = frozenset(f"aws:{name}".lower() for name in _GLOBAL_NAMES.split())
#: Start of an operator -> types of values that it can compare. IAM compares ARNs as texts too.
_COMPARES = {
    "string": ("String", "ARN"),
    "numeric": ("Numeric",),
    "date": ("Date", "Numeric"),
    "bool": ("Bool",),
    "binary": ("String",),
    "ip": ("IPAddress",),
    "notip": ("IPAddress",),
    "arn": ("ARN", "String"),
}
_CHANGING = ("P", "T", "W")
_REGION = re.compile(r"\$\{[A-Za-z]+\}|<[A-Za-z]+>")


@dataclass(frozen=True, slots=True)
class _Known:
    """An action of a statement that is written out and exists."""

    index: int
    written: str
    action: iam_data.Action
    service: iam_data.Service

    def takes(self, resource: str) -> bool:
        return any(may_be(resource, self.service.resources[kind]) for kind in self.action.types if kind in self._arns)

    @property
    def _arns(self) -> Mapping[str, str]:
        return self.service.resources


def check_statement(grant: Grant) -> Iterator[Note]:
    """Find what is wrong with a statement by itself.

    Args:
        grant: A statement; one with NotAction is judged by its conditions alone.
    """
    known: list[_Known] = []
    for index, written in enumerate(grant.actions):
        if re.search(r"[*?]", written):
            yield from _pattern(grant, index, written)
        elif found := _find(index, written):
            known.append(found)
        else:
            yield _unknown(index, written)
    if grant.but_actions:
        return
    closed = len(known) == len(grant.actions)
    if not grant.but_resources:
        yield from _resources(grant, known, closed)
    for condition in grant.conditions:
        yield from _condition(condition, known, grant.allows)


def _find(index: int, written: str) -> _Known | None:
    prefix, _, name = written.lower().partition(":")
    service = iam_data.service(prefix)
    action = service.actions.get(name) if service else None
    return _Known(index, written, action, service) if service and action else None


def _pattern(grant: Grant, index: int, written: str) -> Iterator[Note]:
    prefix, _, name = written.lower().partition(":")
    service = iam_data.service(prefix)
    if written != "*" and not re.search(r"[*?]", prefix) and not (service and _matching(service, name)):
        yield Note(rules.UNKNOWN_ACTION, ("actions", index), f"No action of AWS fits {written}.")
    elif grant.allows and not grant.but_actions:
        what = "every action of AWS" if written.strip("*") == "" else f"all that fits {written}"
        yield Note(rules.WILDCARD_ACTION, ("actions", index), f"The statement permits {what}.")


def _matching(service: iam_data.Service, name: str) -> bool:
    return any(fits(name, action) for action in service.actions)


def _unknown(index: int, written: str) -> Note:
    prefix, _, name = written.partition(":")
    service = iam_data.service(prefix.lower())
    date = iam_data.about()["date"]
    if service is None:
        close = difflib.get_close_matches(prefix.lower(), iam_data.prefixes(), n=1)
        message = f"AWS has no service {prefix}, as of {date}."
        return Note(rules.UNKNOWN_ACTION, ("actions", index), message, f"Did you mean '{close[0]}'?" if close else "")
    near = difflib.get_close_matches(name.lower(), service.actions, n=1)
    fix = f"Did you mean '{prefix.lower()}:{service.actions[near[0]].name}'?" if near else ""
    return Note(rules.UNKNOWN_ACTION, ("actions", index), f"There is no action {written}, as of {date}.", fix)


def _resources(grant: Grant, known: list[_Known], closed: bool) -> Iterator[Note]:
    open_ones = [resource for resource in grant.resources if _is_everything(resource)]
    for each in known:
        place = ("actions", each.index)
        if open_ones and each.action.types:
            if grant.allows and _wants_one(each.action):
                yield Note(rules.WILDCARD_RESOURCE, place, _on_all(each), severity=_severity(each.action))
        elif not each.action.types and "*" not in grant.resources:
            message = f"{each.written} knows no resources: it is permitted on * or not at all."
            yield Note(rules.RESOURCE_MISMATCH, place, message, "Give it a statement of its own on *.")
        elif each.action.types and not any(map(each.takes, grant.resources)):
            kinds = ", ".join(sorted(each.action.types))
            yield Note(rules.RESOURCE_MISMATCH, place, f"{each.written} is about {kinds}; no resource here is one.")
    for index, resource in enumerate(grant.resources):
        if closed and resource not in open_ones and not any(each.takes(resource) for each in known):
            message = f"No action of the statement is about {resource}."
            yield Note(rules.RESOURCE_MISMATCH, ("resources", index), message)


def _is_everything(resource: str) -> bool:
    return resource.strip("*") == "" or resource.split(":", 5)[5:] == ["*"]


def _wants_one(action: iam_data.Action) -> bool:
    """Say whether a resource must be named: a single type that need not be named may be left out.

    Of several types the table says so of each, because any of them will do, and one of them is meant.
    """
    return len(action.types) > 1 or any(action.types.values())


def _on_all(each: _Known) -> str:
    return f"{each.written} is permitted on every {' and '.join(sorted(each.action.types))}."


def _severity(action: iam_data.Action) -> Severity | None:
    """What changes something is an error on everything, but where a resource need not be named."""
    return None if action.level in _CHANGING and any(action.types.values()) else Severity.WARNING


def _condition(condition: Condition, known: list[_Known], allows: bool) -> Iterator[Note]:
    place = ("conditions", condition.operator, condition.key)
    base = condition.operator.lower().rpartition(":")[2].removesuffix("ifexists")
    if base not in OPERATORS and base != "null":
        close = difflib.get_close_matches(base, OPERATORS, n=1)
        fix = f"Did you mean '{close[0]}'? (Letters of either case.)" if close else ""
        yield Note(rules.CONDITION_MISMATCH, place, f"There is no condition operator {condition.operator}.", fix)
        return
    key = condition.key.lower()
    lacking = [each for each in known if not _has(each, key)]
    if lacking:
        effect = _without(condition.operator, base, allows)
        names = ", ".join(each.written for each in lacking)
        yield Note(
            rules.CONDITION_MISMATCH, place, f"{condition.key} is no key of {names}: {effect}.", _instead(lacking, key)
        )
        return
    kinds = {kind for each in known if (kind := _type_of(each.service, key))}
    start = next((start for start in sorted(_COMPARES, key=len, reverse=True) if base.startswith(start)), "")
    if start and kinds and not any(kind.removeprefix("ArrayOf") in _COMPARES[start] for kind in kinds):
        message = (
            f"{condition.operator} cannot compare {condition.key}, which is of the type {' or '.join(sorted(kinds))}."
        )
        yield Note(rules.CONDITION_MISMATCH, place, message)


def _without(operator: str, base: str, allows: bool) -> str:
    holds = "not" in base or operator.lower().endswith("ifexists") or operator.lower().startswith("forallvalues:")
    verb = "allows" if allows else "denies"
    return "it limits nothing there" if holds else f"the statement never {verb} them"


def _has(each: _Known, key: str) -> bool:
    if key in GLOBAL_KEYS or key.startswith("aws:principaltag/"):
        return True
    return any(_is_key(written, key) for written in each.action.keys)


def _is_key(written: str, key: str) -> bool:
    """Say whether a key is the one of the table, where ``${…}`` or ``<…>`` stands for what varies."""
    if "{" not in written and "<" not in written:
        return written.lower() == key
    return fits(_REGION.sub("*", written), key)


def _type_of(service: iam_data.Service, key: str) -> str | None:
    exact = service.key_types.get(key)
    return exact[1] if exact else next((k for w, (_, k) in service.key_types.items() if _is_key(w, key)), None)


def _instead(lacking: list[_Known], key: str) -> str:
    """Say what took the place of a key, or what it may have been meant to be."""
    keys = {written for each in lacking for written in each.action.keys}
    replaced = {new for each in lacking if (new := each.service.replaced.get(key)) and new in keys}
    close = [*sorted(replaced), *difflib.get_close_matches(key, {written.lower(): written for written in keys}, n=1)]
    spelled = {written.lower(): written for written in keys}
    if replaced:
        return f"AWS replaced it by {close[0]}."
    return f"Did you mean '{spelled[close[0]]}'?" if close else ""
