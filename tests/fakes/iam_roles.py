"""IAM's roles and policies with the service's own rules: in memory behind our port, and over HTTP for boto3."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote
from xml.sax.saxutils import escape

from mlgov.errors import CloudError
from mlgov.ports import AccountCall, AccountIdentity, AccountPolicy, AccountRole
from tests.fakes.messages import Answer, HttpReceiver, Request

ACCOUNT = "111122223333"
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ci"
VERSIONS_MAX = 5
XML = {"Content-Type": "text/xml"}
DOCUMENTS = ("AssumeRolePolicyDocument", "PolicyDocument")


class RefusedError(Exception):
    """The service refuses a call; says the code, and why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass
class StoredRole:
    """A role with all that hangs on it."""

    path: str
    trust: Any
    description: str = ""
    session: int = 3600
    boundary: str | None = None
    inline: dict[str, Any] = field(default_factory=dict)
    attached: set[str] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    profiles: list[str] = field(default_factory=list)


@dataclass
class StoredPolicy:
    """A managed policy with its versions."""

    name: str
    path: str
    versions: dict[str, Any]
    default: str = "v1"
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    made: int = 1


@dataclass
class IamService:
    """The service's state and rules; changes are methods called as its operations, with their arguments.

    Attributes:
        roles: What it holds, by name.
        policies: The account's own policies, by ARN.
        calls: The changes that were made, in order.
    """

    roles: dict[str, StoredRole] = field(default_factory=dict)
    policies: dict[str, StoredPolicy] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def change(self, operation: str, arguments: Mapping[str, Any]) -> None:
        given = {key: json.loads(json.dumps(value)) for key, value in arguments.items()}
        getattr(self, f"_{operation}")(**given)
        self.calls.append(operation)

    def find(self, name: str) -> StoredRole:
        if name not in self.roles:
            raise RefusedError("NoSuchEntity", f"The role with name {name} cannot be found.")
        return self.roles[name]

    def find_policy(self, arn: str) -> StoredPolicy:
        if arn not in self.policies:
            raise RefusedError("NoSuchEntity", f"Policy {arn} does not exist.")
        return self.policies[arn]

    # The names below are the service's own: ruff's naming rules are waived for this file's keywords by **given.

    def _CreateRole(self, **given: Any) -> None:  # noqa: N802
        name = given["RoleName"]
        if name.lower() in {each.lower() for each in self.roles}:
            raise RefusedError("EntityAlreadyExists", f"Role with name {name} already exists.")
        _check_document(given["AssumeRolePolicyDocument"])
        self.roles[name] = StoredRole(
            given["Path"],
            given["AssumeRolePolicyDocument"],
            given.get("Description", ""),
            int(given["MaxSessionDuration"]),
            given.get("PermissionsBoundary"),
            tags=_tags(given.get("Tags", ())),
        )

    def _UpdateRole(self, **given: Any) -> None:  # noqa: N802
        role = self.find(given["RoleName"])
        role.description, role.session = given["Description"], int(given["MaxSessionDuration"])

    def _UpdateAssumeRolePolicy(self, **given: Any) -> None:  # noqa: N802
        _check_document(given["PolicyDocument"])
        self.find(given["RoleName"]).trust = given["PolicyDocument"]

    def _PutRolePermissionsBoundary(self, **given: Any) -> None:  # noqa: N802
        self.find(given["RoleName"]).boundary = given["PermissionsBoundary"]

    def _DeleteRolePermissionsBoundary(self, **given: Any) -> None:  # noqa: N802
        self.find(given["RoleName"]).boundary = None

    def _PutRolePolicy(self, **given: Any) -> None:  # noqa: N802
        _check_document(given["PolicyDocument"])
        self.find(given["RoleName"]).inline[given["PolicyName"]] = given["PolicyDocument"]

    def _DeleteRolePolicy(self, **given: Any) -> None:  # noqa: N802
        if self.find(given["RoleName"]).inline.pop(given["PolicyName"], None) is None:
            raise RefusedError("NoSuchEntity", "The role policy cannot be found.")

    def _AttachRolePolicy(self, **given: Any) -> None:  # noqa: N802
        arn = given["PolicyArn"]
        if not arn.startswith("arn:aws:iam::aws:"):
            self.find_policy(arn)
        self.find(given["RoleName"]).attached.add(arn)

    def _DetachRolePolicy(self, **given: Any) -> None:  # noqa: N802
        try:
            self.find(given["RoleName"]).attached.remove(given["PolicyArn"])
        except KeyError:
            raise RefusedError("NoSuchEntity", "The policy is not attached.") from None

    def _DeleteRole(self, **given: Any) -> None:  # noqa: N802
        role = self.find(given["RoleName"])
        if role.inline or role.attached or role.profiles:
            raise RefusedError("DeleteConflict", "Something hangs on the role.")
        del self.roles[given["RoleName"]]

    def _TagRole(self, **given: Any) -> None:  # noqa: N802
        self.find(given["RoleName"]).tags.update(_tags(given["Tags"]))

    def _UntagRole(self, **given: Any) -> None:  # noqa: N802
        _untag(self.find(given["RoleName"]).tags, given["TagKeys"])

    def _CreatePolicy(self, **given: Any) -> None:  # noqa: N802
        name = given["PolicyName"]
        if name.lower() in {each.name.lower() for each in self.policies.values()}:
            raise RefusedError("EntityAlreadyExists", f"A policy called {name} already exists.")
        _check_document(given["PolicyDocument"])
        arn = f"arn:aws:iam::{ACCOUNT}:policy{given['Path']}{name}"
        text, tags = given.get("Description", ""), _tags(given.get("Tags", ()))
        self.policies[arn] = StoredPolicy(name, given["Path"], {"v1": given["PolicyDocument"]}, "v1", text, tags)

    def _CreatePolicyVersion(self, **given: Any) -> None:  # noqa: N802
        policy = self.find_policy(given["PolicyArn"])
        if len(policy.versions) >= VERSIONS_MAX:
            raise RefusedError("LimitExceeded", "A managed policy can have up to 5 versions.")
        _check_document(given["PolicyDocument"])
        policy.made += 1
        policy.versions[f"v{policy.made}"] = given["PolicyDocument"]
        if given["SetAsDefault"] in (True, "true"):
            policy.default = f"v{policy.made}"

    def _DeletePolicyVersion(self, **given: Any) -> None:  # noqa: N802
        policy = self.find_policy(given["PolicyArn"])
        if given["VersionId"] == policy.default:
            raise RefusedError("DeleteConflict", "The default version cannot be deleted.")
        del policy.versions[given["VersionId"]]

    def _DeletePolicy(self, **given: Any) -> None:  # noqa: N802
        arn = given["PolicyArn"]
        policy = self.find_policy(arn)
        if any(arn in role.attached for role in self.roles.values()) or len(policy.versions) > 1:
            raise RefusedError("DeleteConflict", "The policy is attached, or has versions.")
        del self.policies[arn]

    def _TagPolicy(self, **given: Any) -> None:  # noqa: N802
        self.find_policy(given["PolicyArn"]).tags.update(_tags(given["Tags"]))

    def _UntagPolicy(self, **given: Any) -> None:  # noqa: N802
        _untag(self.find_policy(given["PolicyArn"]).tags, given["TagKeys"])


def _check_document(document: Any) -> None:
    if not isinstance(document, dict) or "Statement" not in document:
        raise RefusedError("MalformedPolicyDocument", "Syntax errors in policy.")


def _tags(tags: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def _untag(tags: dict[str, str], keys: list[str]) -> None:
    for key in keys:
        tags.pop(key, None)


@dataclass
class MemoryRoleAccount:
    """The RoleAccount port in memory.

    Attributes:
        service: The roles and the rules.
        before: Is called before every change and may raise what the change should fail with.
    """

    service: IamService = field(default_factory=IamService)
    before: Callable[[AccountCall], None] = lambda change: None

    def identity(self) -> AccountIdentity:
        return AccountIdentity(ACCOUNT, CALLER)

    def role_names(self, prefix: str) -> list[str]:
        return sorted(name for name in self.service.roles if name.startswith(prefix))

    def policy_arns(self, prefix: str) -> list[str]:
        return sorted(arn for arn, policy in self.service.policies.items() if policy.name.startswith(prefix))

    def role(self, name: str) -> AccountRole | None:
        role = self.service.roles.get(name)
        return role and AccountRole(
            name,
            f"arn:aws:iam::{ACCOUNT}:role{role.path}{name}",
            role.path,
            role.description,
            role.session,
            role.trust,
            tuple(sorted(role.inline.items())),
            tuple(sorted(role.attached)),
            role.boundary,
            tuple(sorted(role.tags.items())),
            tuple(sorted(role.profiles)),
        )

    def policy(self, arn: str) -> AccountPolicy | None:
        policy = self.service.policies.get(arn)
        return policy and AccountPolicy(
            arn,
            policy.name,
            policy.path,
            policy.versions[policy.default],
            policy.description,
            tuple(sorted(policy.tags.items())),
            policy.default,
            tuple(each for each in policy.versions if each != policy.default),
        )

    def call(self, change: AccountCall) -> None:
        self.before(change)
        try:
            self.service.change(change.operation, change.arguments)
        except RefusedError as error:
            raise CloudError(f"{error.code}: {error}", one_thing=True) from None


class IamServer(HttpReceiver):
    """IAM and STS on this machine: the query protocol with its XML.

    Attributes:
        service: The roles and the rules.
        codes: Error codes for the next calls of an operation, by its name; each is used once, an empty one lets pass.
        page: Items on a page, at most.
        twist: Changes the answer of an operation before it is sent, by its name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.service = IamService()
        self.codes: dict[str, list[str]] = {}
        self.page = 2
        self.twist: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}

    def default(self, request: Request) -> Answer:
        given = _given(request.body.decode())
        operation = given.pop("Action")
        given.pop("Version")
        assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256 ")
        prepared = self.codes.get(operation)
        if prepared and (code := prepared.pop(0)):
            return _refused(code, f"made to fail for {request.headers['authorization']}")
        try:
            found = self._answer(operation, given)
        except RefusedError as error:
            return _refused(error.code, str(error))
        return _answered(operation, self.twist.get(operation, lambda value: value)(found))

    def operations(self) -> list[str]:
        """List the operations that were called, in order."""
        return [dict(parse_qsl(request.body.decode()))["Action"] for request in self.requests]

    def _answer(self, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        if operation == "GetCallerIdentity":
            return {"Account": ACCOUNT, "Arn": CALLER, "UserId": "AROA:ci"}
        if operation.startswith(("Get", "List")):
            found: dict[str, Any] = getattr(self, f"_{operation}")(given)
            return found
        read = {key: json.loads(value) if key in DOCUMENTS else value for key, value in given.items()}
        self.service.change(operation, read)
        if operation == "CreatePolicy":
            return {"Policy": {"Arn": f"arn:aws:iam::{ACCOUNT}:policy{given['Path']}{given['PolicyName']}"}}
        return {}

    def _GetRole(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        role, name = self.service.find(given["RoleName"]), given["RoleName"]
        optional = {"Description": role.description, "PermissionsBoundary": {"PermissionsBoundaryArn": role.boundary}}
        wanted = {"Description": role.description, "PermissionsBoundary": role.boundary}
        return {
            "Role": {
                "RoleName": name,
                "Arn": f"arn:aws:iam::{ACCOUNT}:role{role.path}{name}",
                "Path": role.path,
                "RoleId": "AROA1",
                "CreateDate": "2026-01-01T00:00:00Z",
                "AssumeRolePolicyDocument": _encoded(role.trust),
                "MaxSessionDuration": role.session,
                "Tags": [{"Key": key, "Value": value} for key, value in role.tags.items()],
                **{key: value for key, value in optional.items() if wanted[key]},
            }
        }

    def _GetRolePolicy(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        document = self.service.find(given["RoleName"]).inline[given["PolicyName"]]
        return {**given, "PolicyDocument": _encoded(document)}

    def _GetPolicy(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        policy = self.service.find_policy(given["PolicyArn"])
        tags = [{"Key": key, "Value": value} for key, value in policy.tags.items()]
        about = {"Path": policy.path, "DefaultVersionId": policy.default, "Description": policy.description}
        return {"Policy": {"PolicyName": policy.name, "Arn": given["PolicyArn"], **about, "Tags": tags}}

    def _GetPolicyVersion(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        document = self.service.find_policy(given["PolicyArn"]).versions[given["VersionId"]]
        return {"PolicyVersion": {"Document": _encoded(document), "VersionId": given["VersionId"]}}

    def _ListRoles(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._page("Roles", [{"RoleName": name} for name in self.service.roles], given)

    def _ListPolicies(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert given["Scope"] == "Local"
        found = [{"PolicyName": policy.name, "Arn": arn} for arn, policy in self.service.policies.items()]
        return self._page("Policies", found, given)

    def _ListPolicyVersions(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        versions = reversed(self.service.find_policy(given["PolicyArn"]).versions)
        return self._page("Versions", [{"VersionId": version} for version in versions], given)

    def _ListRolePolicies(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._page("PolicyNames", list(self.service.find(given["RoleName"]).inline), given)

    def _ListAttachedRolePolicies(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        attached = self.service.find(given["RoleName"]).attached
        found = [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in attached]
        return self._page("AttachedPolicies", found, given)

    def _ListInstanceProfilesForRole(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        profiles = self.service.find(given["RoleName"]).profiles
        return self._page("InstanceProfiles", [{"InstanceProfileName": name} for name in profiles], given)

    def _page(self, key: str, items: list[Any], given: dict[str, Any]) -> dict[str, Any]:
        start = int(given.get("Marker", 0))
        end = start + self.page
        more = {"IsTruncated": "true", "Marker": str(end)} if end < len(items) else {"IsTruncated": "false"}
        return {key: items[start:end], **more}


def _encoded(document: Any) -> str:
    """Write a document as IAM gives it: JSON, percent-encoded."""
    return quote(document if isinstance(document, str) else json.dumps(document, indent=4))


def _given(body: str) -> dict[str, Any]:
    """Read the arguments of a call: ``Tags.member.1.Key=team`` is the key of the first tag."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        *above, last = [part for part in name.split(".") if part != "member"]
        place = tree
        for part in above:
            place = place.setdefault(part, {})
        place[last] = value
    return {key: _listed(value) for key, value in tree.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if all(key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(each) for key, each in value.items()}


def _answered(operation: str, found: dict[str, Any]) -> Answer:
    text = f"<{operation}Response><{operation}Result>{_xml(found)}</{operation}Result></{operation}Response>"
    return Answer(200, XML, text.encode())


def _xml(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(f"<{key}>{_xml(each)}</{key}>" for key, each in value.items())
    if isinstance(value, list):
        return "".join(f"<member>{_xml(each)}</member>" for each in value)
    return escape(str(value))


def _refused(code: str, reason: str) -> Answer:
    error = {"Type": "Sender", "Code": code, "Message": reason}
    text = f"<ErrorResponse><Error>{_xml(error)}</Error><RequestId>1</RequestId></ErrorResponse>"
    return Answer(500 if code == "ServiceFailure" else 403 if code == "AccessDenied" else 400, XML, text.encode())
