"""IAM roles and managed policies of an AWS account, through boto3.

boto3 finds region, credentials and endpoint by itself (``AWS_REGION``, ``AWS_ENDPOINT_URL`` and so on) and tries
again, a few times, what was throttled or did not arrive. What it does not try again is what IAM refuses because it has
not heard yet of what was made a moment ago; that is done here.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from mlgov.adapters.aws_answers import code_of, message_of
from mlgov.errors import CloudError
from mlgov.ports import AccountCall, AccountIdentity, AccountPolicy, AccountRole

MAX_TRIES = 5
FIRST_WAIT_S = 1.0
#: A list whose pages do not end after this many is not followed any further.
MAX_PAGES = 10_000
#: Operation -> method of boto3. Nothing else is ever called to change something.
CHANGES = {
    "AttachRolePolicy": "attach_role_policy",
    "CreatePolicy": "create_policy",
    "CreatePolicyVersion": "create_policy_version",
    "CreateRole": "create_role",
    "DeletePolicy": "delete_policy",
    "DeletePolicyVersion": "delete_policy_version",
    "DeleteRole": "delete_role",
    "DeleteRolePermissionsBoundary": "delete_role_permissions_boundary",
    "DeleteRolePolicy": "delete_role_policy",
    "DetachRolePolicy": "detach_role_policy",
    "PutRolePermissionsBoundary": "put_role_permissions_boundary",
    "PutRolePolicy": "put_role_policy",
    "TagPolicy": "tag_policy",
    "TagRole": "tag_role",
    "UntagPolicy": "untag_policy",
    "UntagRole": "untag_role",
    "UpdateAssumeRolePolicy": "update_assume_role_policy",
    "UpdateRole": "update_role",
}
_DOCUMENTS = ("AssumeRolePolicyDocument", "PolicyDocument")
_MISSING = "NoSuchEntity"
#: Operation -> code that it gives while IAM has not heard yet of what was just made.
_NOT_HEARD_YET = {
    "AttachRolePolicy": _MISSING,
    "CreateRole": "MalformedPolicyDocument",
    "UpdateAssumeRolePolicy": "MalformedPolicyDocument",
}
_MEANWHILE = "ConcurrentModification"
#: What the service says of one request; its words are about the request and worth repeating.
_ABOUT_THE_REQUEST = (
    _MISSING,
    _MEANWHILE,
    "EntityAlreadyExists",
    "MalformedPolicyDocument",
    "LimitExceeded",
    "DeleteConflict",
    "InvalidInput",
    "ValidationError",
    "UnmodifiableEntity",
    "EntityTemporarilyUnmodifiable",
    "PolicyNotAttachable",
)
_VERSION = re.compile(r"v([0-9]{1,9})")
_SIGN_IN = "Give credentials as for the aws command: AWS_PROFILE, AWS_ACCESS_KEY_ID and so on, or a role."
_REGION = "Name the region with AWS_REGION."
_RIGHTS = "Look at what the credentials may do: reading needs iam:Get* and iam:List* on roles and policies."
_UNREACHABLE = "Check the network, AWS_REGION and AWS_ENDPOINT_URL."
#: Code of the service or class of boto3 -> what to do.
HINTS = {
    **dict.fromkeys(("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"), _SIGN_IN),
    **dict.fromkeys(("ProfileNotFound", "TokenRetrievalError", "SSOTokenLoadError"), _SIGN_IN),
    **dict.fromkeys(("UnauthorizedSSOTokenError", "InvalidClientTokenId", "SignatureDoesNotMatch"), _SIGN_IN),
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "IncompleteSignature"), _SIGN_IN),
    **dict.fromkeys(("NoRegionError", "InvalidRegionError"), _REGION),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException"), _RIGHTS),
    "LimitExceeded": "The account has as many as it may have; ask AWS for more, or take some away.",
    "EntityAlreadyExists": "Somebody else made it just now. Plan again.",
    "DeleteConflict": "Something outside still uses it. Take it away there, then apply again.",
    "MalformedPolicyDocument": "IAM refuses a policy that names a role or user that is not there.",
    _MEANWHILE: "Somebody else changes it. Run the same command again.",
    **dict.fromkeys(("Throttling", "ThrottlingException"), "The account makes too many calls. Try again later."),
}


class IamRoles:
    """The RoleAccount port on AWS IAM.

    Args:
        client: Gives a boto3 client of a service; made from the environment when None.
        sleep: How to wait; for tests.

    Raises:
        CloudError: The environment does not say enough to reach AWS.
    """

    def __init__(
        self, *, client: Callable[[str], Any] | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._sleep = sleep
        make = client or _client
        self._iam, self._sts = make("iam"), make("sts")

    def identity(self) -> AccountIdentity:
        """Ask STS which account this is, and who asks."""
        answer = self._ask("say who calls", self._sts.get_caller_identity)
        account, caller = str(answer.get("Account") or ""), str(answer.get("Arn") or "")
        if not re.fullmatch("[0-9]{12}", account):
            raise CloudError("AWS does not say which account this is.", hint=_UNREACHABLE)
        return AccountIdentity(account, caller)

    def role_names(self, prefix: str) -> list[str]:
        """List the names of roles."""
        found = self._pages("list the roles", "list_roles", "Roles")
        return sorted(name for each in found if (name := str(each.get("RoleName", ""))).startswith(prefix))

    def policy_arns(self, prefix: str) -> list[str]:
        """List the ARNs of the account's own policies."""
        found = self._pages("list the policies", "list_policies", "Policies", Scope="Local")
        return sorted(str(each.get("Arn", "")) for each in found if str(each.get("PolicyName", "")).startswith(prefix))

    def role(self, name: str) -> AccountRole | None:
        """Read a role: itself, its inline policies, and what is attached to it."""
        role = self._find(f"read the role {name}", self._iam.get_role, "Role", RoleName=name)
        if role is None:
            return None
        _check_answer(name, role.get("RoleName"))
        inline = self._pages(f"list the policies of {name}", "list_role_policies", "PolicyNames", RoleName=name)
        attached = self._pages(
            f"list the policies of {name}", "list_attached_role_policies", "AttachedPolicies", RoleName=name
        )
        profiles = self._pages(
            f"list the profiles of {name}", "list_instance_profiles_for_role", "InstanceProfiles", RoleName=name
        )
        boundary = role.get("PermissionsBoundary") or {}
        return AccountRole(
            name=name,
            arn=str(role.get("Arn") or ""),
            path=str(role.get("Path") or "/"),
            description=str(role.get("Description") or ""),
            max_session_duration=int(role.get("MaxSessionDuration") or 3600),
            trust=_plain(role.get("AssumeRolePolicyDocument")),
            inline=tuple((each, self._inline(name, each)) for each in sorted(map(str, inline))),
            attached=tuple(sorted(str(each.get("PolicyArn", "")) for each in attached)),
            permissions_boundary=str(boundary.get("PermissionsBoundaryArn") or "") or None,
            tags=_tags(role),
            instance_profiles=tuple(sorted(str(each.get("InstanceProfileName", "")) for each in profiles)),
        )

    def policy(self, arn: str) -> AccountPolicy | None:
        """Read a managed policy with its version in force."""
        what = f"read the policy {arn}"
        policy = self._find(what, self._iam.get_policy, "Policy", PolicyArn=arn)
        if policy is None:
            return None
        _check_answer(arn, policy.get("Arn"))
        default = str(policy.get("DefaultVersionId") or "")
        version = self._ask(what, self._iam.get_policy_version, PolicyArn=arn, VersionId=default)
        listed = self._pages(what, "list_policy_versions", "Versions", PolicyArn=arn)
        ids = sorted((str(each.get("VersionId", "")) for each in listed), key=_age)
        return AccountPolicy(
            arn=arn,
            name=str(policy.get("PolicyName") or ""),
            path=str(policy.get("Path") or "/"),
            document=_plain((version.get("PolicyVersion") or {}).get("Document")),
            description=str(policy.get("Description") or ""),
            tags=_tags(policy),
            default_version=default,
            versions=tuple(each for each in ids if each != default),
        )

    def call(self, change: AccountCall) -> None:
        """Make one change."""
        method = getattr(self._iam, CHANGES[change.operation])
        arguments = {
            key: json.dumps(value, separators=(",", ":")) if key in _DOCUMENTS else value
            for key, value in change.arguments.items()
        }
        what = f"{change.operation} {_subject(change)}"
        for attempt in range(MAX_TRIES):
            try:
                method(**arguments)
            except _foreign_errors() as error:
                passing = (_MEANWHILE, _NOT_HEARD_YET.get(change.operation))
                if code_of(error) not in passing or attempt == MAX_TRIES - 1:
                    raise _as_ours(error, what) from None
                self._sleep(FIRST_WAIT_S * 2**attempt)
            else:
                return

    def _inline(self, role: str, name: str) -> Any:  # noqa: ANN401 - any JSON
        what = f"read the policy {name} of {role}"
        answer = self._ask(what, self._iam.get_role_policy, RoleName=role, PolicyName=name)
        return _plain(answer.get("PolicyDocument"))

    def _find(self, what: str, method: Callable[..., Any], key: str, **arguments: str) -> dict[str, Any] | None:
        try:
            answer = method(**arguments)
        except _foreign_errors() as error:
            if code_of(error) == _MISSING:
                return None
            raise _as_ours(error, what) from None
        found = answer.get(key)
        return found if isinstance(found, dict) else {}

    def _ask(self, what: str, method: Callable[..., Any], **arguments: str) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = method(**arguments)
        except _foreign_errors() as error:
            raise _as_ours(error, what) from None
        return answer

    def _pages(self, what: str, operation: str, key: str, **arguments: str) -> Iterator[Any]:
        """Read a list page by page."""
        for _ in range(MAX_PAGES):
            answer = self._ask(what, getattr(self._iam, operation), **arguments)
            yield from answer.get(key) or ()
            if not (answer.get("IsTruncated") and answer.get("Marker")):
                return
            arguments["Marker"] = answer["Marker"]
        raise CloudError("IAM's list does not end.", hint=_UNREACHABLE)


def _client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
    import boto3
    from botocore.config import Config

    try:
        config = Config(connect_timeout=10, read_timeout=60, retries={"mode": "standard"})
        return boto3.session.Session().client(service, config=config)
    except _foreign_errors() as error:
        raise _as_ours(error, "connect") from None


def _check_answer(asked: str, told: object) -> None:
    if told != asked:
        raise CloudError(f"IAM was asked for {asked} and told of something else.", hint=_UNREACHABLE)


def _plain(document: object) -> Any:  # noqa: ANN401 - any JSON
    """Give a document without boto3's classes; what boto3 could not read stays the text that it was."""
    return json.loads(json.dumps(document))


def _tags(answer: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(tag.get("Key", "")), str(tag.get("Value", ""))) for tag in answer.get("Tags") or ()))


def _age(version: str) -> tuple[int, str]:
    found = _VERSION.fullmatch(version)
    return int(found[1]) if found else 0, version


def _subject(change: AccountCall) -> str:
    names = [change.arguments.get(key) for key in ("RoleName", "PolicyName", "PolicyArn", "VersionId")]
    return " ".join(str(name) for name in names if name)


def _as_ours(error: Exception, what: str) -> CloudError:
    """Make our error of boto3's.

    Its words are told for what the service says of the request alone: others could hold what the environment holds.
    """
    code = code_of(error) or type(error).__name__
    is_about = code in _ABOUT_THE_REQUEST
    reason = f"{code}: {message_of(error)}" if is_about else code
    hint = HINTS.get(code, "" if is_about else f"{_UNREACHABLE} {_RIGHTS}")
    return CloudError(f"IAM could not {what}: {reason.rstrip('.')}.", hint=hint, one_thing=is_about)


def _foreign_errors() -> tuple[type[Exception], ...]:
    """Everything that boto3 raises.

    Refused calls and missing settings; ValueError for an endpoint that is no address; the others for an answer that
    is XML and yet none of the service's, or a document nested without end.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    return (
        ResponseParserError,
        BotoCoreError,
        ClientError,
        ValueError,
        AttributeError,
        TypeError,
        KeyError,
        RecursionError,
    )
