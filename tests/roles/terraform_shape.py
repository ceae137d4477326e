"""What Terraform's JSON syntax and the provider hashicorp/aws demand of the files that are written here.

The arguments are those of the provider's schema, version 5.100.0 (`terraform providers schema -json`), for the
resources that are written; `tests.roles.test_terraform` holds them against the provider where that is installed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

TEXT, NUMBER, TAGS, BLOCK = str, int, dict, dict
#: Resource -> arguments that it needs, and those that it may have as well, with the type of each.
ARGUMENTS: Mapping[str, tuple[Mapping[str, type], Mapping[str, type]]] = {
    "aws_iam_role": (
        {"assume_role_policy": TEXT},
        {"name": TEXT, "path": TEXT, "description": TEXT, "max_session_duration": NUMBER,
         "permissions_boundary": TEXT, "tags": TAGS},
    ),
    "aws_iam_role_policy": ({"policy": TEXT, "role": TEXT}, {"name": TEXT}),
    "aws_iam_policy": ({"policy": TEXT}, {"name": TEXT, "path": TEXT, "description": TEXT, "tags": TAGS}),
    "aws_iam_role_policy_attachment": ({"policy_arn": TEXT, "role": TEXT}, {}),
    "aws_ssoadmin_permission_set": (
        {"instance_arn": TEXT, "name": TEXT}, {"description": TEXT, "session_duration": TEXT, "tags": TAGS},
    ),
    "aws_ssoadmin_permission_set_inline_policy": (
        {"inline_policy": TEXT, "instance_arn": TEXT, "permission_set_arn": TEXT}, {},
    ),
    "aws_ssoadmin_managed_policy_attachment": (
        {"instance_arn": TEXT, "managed_policy_arn": TEXT, "permission_set_arn": TEXT}, {},
    ),
    "aws_ssoadmin_customer_managed_policy_attachment": (
        {"instance_arn": TEXT, "permission_set_arn": TEXT, "customer_managed_policy_reference": BLOCK}, {},
    ),
    "aws_ssoadmin_permissions_boundary_attachment": (
        {"instance_arn": TEXT, "permission_set_arn": TEXT, "permissions_boundary": BLOCK}, {},
    ),
    "aws_ssoadmin_account_assignment": (
        {"instance_arn": TEXT, "permission_set_arn": TEXT, "principal_id": TEXT, "principal_type": TEXT,
         "target_id": TEXT},
        {"target_type": TEXT},
    ),
}  # fmt: skip
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
#: What is a template in a text: ``${`` and ``%{`` that are not doubled.
_TEMPLATE = re.compile(r"(?<![$%])[$%]\{([^}]*)\}?")


def faults(value: Any) -> Iterator[str]:
    """List what is wrong with a file; a reference must lead to a resource of the same file."""
    if not isinstance(value, dict) or set(value) - {"resource"}:
        yield f"top: {sorted(value)}"
        return
    resources = value.get("resource", {})
    known = {f"{kind}.{label}" for kind, them in resources.items() for label in them}
    for kind, them in resources.items():
        if kind not in ARGUMENTS:
            yield f"{kind}: no such resource"
            continue
        for label, body in them.items():
            yield from (f"{kind}.{label}: {fault}" for fault in _of_resource(kind, label, body, known))


def _of_resource(kind: str, label: str, body: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    needed, optional = ARGUMENTS[kind]
    if not _LABEL.fullmatch(label):
        yield "label"
    yield from (f"{key} is missing" for key in sorted(set(needed) - set(body)))
    for key, given in body.items():
        wanted = {**needed, **optional}.get(key)
        if wanted is None or type(given) is not wanted:
            yield f"{key} is {type(given).__name__}"
        for text in _texts(given):
            for found in _TEMPLATE.finditer(text):
                target, _, attribute = found[1].rpartition(".")
                if target not in known or attribute not in ("arn", "name") or found[0] != text:
                    yield f"{key} holds the template {found[0]}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from (*_texts(key), *_texts(each))
