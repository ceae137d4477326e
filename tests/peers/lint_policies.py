"""Let parliament and policy_sentry judge policies; runs in the environment of the peers.

Standard input: a JSON list of policy documents. Standard output, last line: a JSON list of [who, what, where] in which
``where`` is an action, a condition key or what parliament says.
"""

import json
import re
import sys
import warnings

warnings.simplefilter("ignore")
import parliament  # noqa: E402
from policy_sentry.querying.actions import get_action_data  # noqa: E402


def as_list(value):
    return value if isinstance(value, list) else [value]


def by_parliament(document):
    """List what parliament says, by action where it names some."""
    for finding in parliament.analyze_policy_string(json.dumps(document)).findings:
        named = re.findall(r"[a-z0-9-]+:[A-Z][A-Za-z]+", f"{finding.detail} {finding.location.get('actions', '')}")
        if "ESCALATION" in finding.issue:
            named = named[-1:]  # the action that is the cause; before it stands what it could be turned into
        for each in named or [str(finding.detail)]:
            yield ["parliament", finding.issue, each]


def by_policy_sentry(document):
    """List actions, resources and condition keys that are not in its table."""
    for statement in document["Statement"]:
        conditions = {key for block in statement.get("Condition", {}).values() for key in block}
        for action in as_list(statement["Action"]):
            service, _, name = action.partition(":")
            data = get_action_data(service, name)
            if not data:
                yield ["policy_sentry", "UNKNOWN_ACTION", action]
                continue
            rows = data[service]
            formats = {row["resource_arn_format"] for row in rows}
            if not any(fits(resource, each) for resource in as_list(statement["Resource"]) for each in formats):
                yield ["policy_sentry", "RESOURCE_MISMATCH", action]
            if "*" in as_list(statement["Resource"]) and formats != {"*"}:
                yield ["policy_sentry", "RESOURCE_STAR", action]
            keys = {key.lower() for row in rows for key in row["condition_keys"]}
            for key in sorted(conditions):
                if not key.startswith("aws:") and key.lower() not in keys:
                    yield ["policy_sentry", "UNKNOWN_CONDITION", f"{action} {key}"]


def fits(resource, arn_format):
    """Say whether a pattern of ours and an ARN format have an ARN in common."""
    if "*" in (resource, arn_format):
        return resource == "*" or arn_format == "*"
    pattern = "".join("*" if i % 2 else part for i, part in enumerate(split_format(arn_format)))
    return parliament.is_glob_match(pattern, resource)


def split_format(arn_format):
    """Split ``a${B}c`` into a, B, c."""
    parts = []
    rest = arn_format
    while "${" in rest:
        before, _, rest = rest.partition("${")
        name, _, rest = rest.partition("}")
        parts += [before, name]
    return [*parts, rest]


found = [each for document in json.load(sys.stdin) for each in (*by_parliament(document), *by_policy_sentry(document))]
print(json.dumps(sorted(set(map(tuple, found)))))
