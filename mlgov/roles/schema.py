"""What a role spec (kind Role) may say."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator
from pydantic.fields import FieldInfo

from mlgov.lifecycle import Envelope, Part
from mlgov.roles import library, shapes
from mlgov.roles.shapes import Shape


def _like(shape: Shape) -> FieldInfo:
    """Show a shape to editors; `check_role` enforces it, because it can say in words what is wrong."""
    json_schema: dict[str, Any] = {"pattern": f"^{shape.pattern}$", "maxLength": shape.max_length}
    info: FieldInfo = Field(min_length=1, max_length=2048, json_schema_extra=json_schema)
    return info


def _offer(names: str) -> Any:  # noqa: ANN401 - what pydantic takes for json_schema_extra
    """Show the built-in personas or activities to editors, read when a schema is generated and not before.

    Others are not refused there, because a repository may have its own; `check_role` knows those.
    """

    def add(json_schema: dict[str, Any]) -> None:
        offered = getattr(library.built_in(), names)
        summaries = [" ".join(offered[name].summary.split()) for name in sorted(offered)]
        known = {"enum": sorted(offered), "enumDescriptions": summaries}
        json_schema["anyOf"] = [known, {"pattern": "^[a-z][a-z0-9_]*$"}]

    return add


RoleArn = Annotated[str, _like(shapes.ROLE_ARN)]
PrincipalArn = Annotated[str, _like(shapes.PRINCIPAL_ARN)]
PolicyArn = Annotated[str, _like(shapes.POLICY_ARN)]
KeyArn = Annotated[str, _like(shapes.KEY_ARN)]
RepositoryArn = Annotated[str, _like(shapes.REPOSITORY_ARN)]
Bucket = Annotated[str, _like(shapes.BUCKET)]
Workgroup = Annotated[str, _like(shapes.WORKGROUP)]
Database = Annotated[str, _like(shapes.DATABASE)]
Subnet = Annotated[str, _like(shapes.SUBNET)]
SecurityGroup = Annotated[str, _like(shapes.SECURITY_GROUP)]
MlflowServer = Annotated[str, _like(shapes.MLFLOW_SERVER)]
SamlProvider = Annotated[str, _like(shapes.SAML_PROVIDER)]
OidcProvider = Annotated[str, _like(shapes.OIDC_PROVIDER)]
Claim = Annotated[str, _like(shapes.CLAIM)]
Repository = Annotated[str, _like(shapes.REPOSITORY)]
GitName = Annotated[str, _like(shapes.GIT_NAME)]
Environment = Annotated[str, _like(shapes.ENVIRONMENT)]
ServicePrincipal = Annotated[str, _like(shapes.SERVICE)]
TagKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{1,128}$")]
TagValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{0,256}$")]
TestedAction = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+:[A-Za-z0-9*?]+$", max_length=128)]
TestedResource = Annotated[str, StringConstraints(pattern=r"^(\*|[^*?\s]+)$", max_length=2048)]
StatementSid = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]{0,63}$")]
#: What IAM takes as an action; patterns are legal, and the check says what is wrong with them.
StatementAction = Annotated[str, StringConstraints(pattern=r"^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$", max_length=128)]
StatementText = Annotated[str, StringConstraints(pattern=r"^[ -~]+$", max_length=2048)]
ConditionOperator = Annotated[
    str, StringConstraints(pattern=r"^(ForAllValues:|ForAnyValue:)?[A-Za-z]+$", max_length=64)
]
ContextKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+:\S(.*\S)?$", max_length=256)]
ContextValue = Annotated[str, StringConstraints(max_length=2048)]


class Parameters(Part):
    """The resources that activities may touch."""

    roles_to_pass: list[RoleArn] | None = Field(default=None, min_length=1, examples=[[shapes.ROLE_ARN.example]])
    """Execution roles that may be handed to SageMaker (iam:PassRole), as full ARNs without wildcards."""
    s3_buckets: list[Bucket] | None = Field(default=None, min_length=1, examples=[[shapes.BUCKET.example]])
    """Names of S3 buckets."""
    ecr_repositories: list[RepositoryArn] | None = Field(
        default=None, min_length=1, examples=[[shapes.REPOSITORY_ARN.example]]
    )
    """ECR repositories to pull images from, as full ARNs; they may lie in another account."""
    athena_workgroups: list[Workgroup] | None = Field(default=None, min_length=1, examples=[[shapes.WORKGROUP.example]])
    """Names of Athena workgroups."""
    glue_databases: list[Database] | None = Field(default=None, min_length=1, examples=[[shapes.DATABASE.example]])
    """Names of Glue databases."""
    mlflow_servers: list[MlflowServer] | None = Field(
        default=None, min_length=1, examples=[[shapes.MLFLOW_SERVER.example]]
    )
    """Names of MLflow tracking servers."""


class ActivityChoice(Part):
    """One ML activity of the role."""

    id: str = Field(min_length=1, max_length=64, examples=["manage_jobs"], json_schema_extra=_offer("activities"))
    """Which activity."""
    parameters: Parameters = Field(default=Parameters(), examples=[{"s3_buckets": [shapes.BUCKET.example]}])
    """Values for this activity alone; a key given here replaces the same key of spec.parameters."""


class Network(Part):
    """The private network that jobs and models must run in."""

    subnets: list[Subnet] = Field(min_length=1, examples=[[shapes.SUBNET.example]])
    """Subnets that may be used; no other may."""
    security_groups: list[SecurityGroup] = Field(min_length=1, examples=[[shapes.SECURITY_GROUP.example]])
    """Security groups that may be used; no other may."""


class Keys(Part):
    """The KMS keys that must be used."""

    data_keys: list[KeyArn] = Field(min_length=1, examples=[[shapes.KEY_ARN.example]])
    """Keys for input and output data in S3, as full ARNs."""
    volume_keys: list[KeyArn] = Field(min_length=1, examples=[[shapes.KEY_ARN.example]])
    """Keys for the storage volumes of jobs, endpoints and Studio, as full ARNs."""


class OidcTrust(Part):
    """Holders of certain tokens of an OpenID Connect identity provider."""

    provider: OidcProvider = Field(examples=[shapes.OIDC_PROVIDER.example])
    """The identity provider, as the full ARN that IAM gives it."""
    audiences: list[Claim] = Field(min_length=1, max_length=20, examples=[["sts.amazonaws.com"]])
    """Whom the token is meant for (its aud); one of these."""
    subjects: list[Claim] = Field(min_length=1, max_length=50, examples=[[shapes.CLAIM.example]])
    """Whom the token was given to (its sub); one of these, without wildcards."""


class GitHubTrust(Part):
    """Workflows of a repository on GitHub; at least one of branches, git_tags, environments, pull_requests."""

    repository: Repository = Field(examples=[shapes.REPOSITORY.example])
    """The repository, as owner/name."""
    branches: list[GitName] = Field(default_factory=list, max_length=50, examples=[["main"]])
    """Workflows that run on these branches. Protect them: who may push there, may assume the role."""
    git_tags: list[GitName] = Field(default_factory=list, max_length=50, examples=[["v1.0.0"]])
    """Workflows that run on these git tags."""
    environments: list[Environment] = Field(default_factory=list, max_length=50, examples=[["production"]])
    """Jobs that run in these environments, whose protection rules GitHub enforces."""
    pull_requests: bool = Field(default=False, examples=[False])
    """Workflows of pull requests. Who may open one in the repository, may change the workflow and assume the role."""
    provider: OidcProvider | None = Field(
        default=None, examples=["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"]
    )
    """GitHub as an identity provider of IAM; the usual one of the role's account when this key is left out."""


class Trust(Part):
    """Who may assume the role besides SageMaker itself."""

    sagemaker: bool | None = Field(default=None, examples=[False])
    """Whether SageMaker may assume the role; the persona decides when this key is left out."""
    services: list[ServicePrincipal] = Field(default_factory=list, examples=[[shapes.SERVICE.example]])
    """Service principals of further AWS services."""
    principals: list[PrincipalArn] = Field(default_factory=list, examples=[[shapes.PRINCIPAL_ARN.example]])
    """IAM roles or users, as full ARNs without wildcards. Whole accounts are not accepted."""
    saml_providers: list[SamlProvider] = Field(
        default_factory=list, max_length=20, examples=[[shapes.SAML_PROVIDER.example]]
    )
    """SAML identity providers whose users may assume the role through the sign-in page of AWS."""
    oidc: list[OidcTrust] = Field(
        default_factory=list,
        max_length=20,
        examples=[
            [
                {
                    "provider": shapes.OIDC_PROVIDER.example,
                    "audiences": ["sts.amazonaws.com"],
                    "subjects": [shapes.CLAIM.example],
                }
            ]
        ],
    )
    """OpenID Connect identity providers, each with the audiences and subjects that it must name."""
    github: list[GitHubTrust] = Field(
        default_factory=list,
        max_length=20,
        examples=[[{"repository": shapes.REPOSITORY.example, "environments": ["production"]}]],
    )
    """Workflows on GitHub, by repository and by what they run on."""


class CustomStatement(Part):
    """Permissions that no activity gives, as a statement of IAM. It always allows; what is not allowed is denied."""

    sid: StatementSid = Field(examples=["ReadFeatureTable"])
    """Its Sid, unique in the role."""
    purpose: str = Field(min_length=1, max_length=400, examples=["Read the features of churn from DynamoDB."])
    """What it permits and why, in plain words. It is not part of the policy."""
    actions: list[StatementAction] = Field(min_length=1, max_length=200, examples=[["dynamodb:GetItem"]])
    """Full action names such as dynamodb:GetItem."""
    resources: list[StatementText] = Field(
        min_length=1, max_length=100, examples=[["arn:aws:dynamodb:eu-central-1:111122223333:table/churn"]]
    )
    """ARNs; a lone * only for actions that know no resources."""
    conditions: dict[ConditionOperator, dict[ContextKey, list[StatementText]]] = Field(
        default_factory=dict, max_length=20, examples=[{"StringEquals": {"aws:ResourceTag/team": ["churn"]}}]
    )
    """Operator, condition key, values. All of them must hold; the values of one key are alternatives."""


class RoleTest(Part):
    """Something that the role must be able to do, or must never do; every check proves it."""

    expect: Literal["allow", "deny"] = Field(examples=["deny"])
    """Whether each action on each resource must be allowed, or denied."""
    description: str | None = Field(default=None, min_length=1, max_length=400, examples=["No job leaves the network."])
    """Why, for people."""
    actions: list[TestedAction] = Field(min_length=1, max_length=100, examples=[["sagemaker:CreateTrainingJob"]])
    """Actions. Below deny, a pattern such as iam:* stands for a whole family: no statement may name one of them."""
    resources: list[TestedResource] | None = Field(
        default=None, min_length=1, max_length=100, examples=[["arn:aws:s3:::churn-training-data/a.csv"]]
    )
    """ARNs without wildcards. Left out, allow asks without a resource, and deny on every one that a statement names."""
    context: dict[ContextKey, ContextValue | list[ContextValue]] = Field(
        default_factory=dict, max_length=50, examples=[{"iam:PassedToService": "sagemaker.amazonaws.com"}]
    )
    """What the request says: condition keys and their values, a list for a key with several. Others are absent."""
    principal: str | None = Field(default=None, min_length=1, max_length=2048, examples=["lambda.amazonaws.com"])
    """Who asks to assume the role, a service or an ARN; left out, it is the role that asks."""


class RoleSpec(Part):
    """What an IAM role for people or jobs may do. The name of the role is SageMaker-<metadata.name>."""

    persona: str = Field(min_length=1, max_length=64, examples=["data_scientist"], json_schema_extra=_offer("personas"))
    """The kind of user the role is made for; it brings a list of activities. custom brings none."""
    description: str | None = Field(
        default=None, min_length=1, max_length=1000, examples=["Trains and evaluates the churn models."]
    )
    """What the role is for, in letters of Latin-1 (IAM takes no others)."""
    activities: list[ActivityChoice] | None = Field(default=None, min_length=1, examples=[[{"id": "manage_jobs"}]])
    """The ML activities of the role; the persona's own when this key is left out."""
    parameters: Parameters = Field(default=Parameters(), examples=[{"roles_to_pass": [shapes.ROLE_ARN.example]}])
    """Resources for every activity that asks for them."""
    network: Network | None = Field(
        default=None, examples=[{"subnets": ["subnet-0a1b2c3d"], "security_groups": ["sg-0a1b2c3d"]}]
    )
    """Limits jobs, models and monitors to this network; unlimited when this key is left out."""
    keys: Keys | None = Field(
        default=None, examples=[{"data_keys": [shapes.KEY_ARN.example], "volume_keys": [shapes.KEY_ARN.example]}]
    )
    """Limits encryption to these KMS keys; unlimited when this key is left out."""
    statements: list[CustomStatement] = Field(
        default_factory=list,
        max_length=50,
        examples=[
            [
                {
                    "sid": "ReadFeatureTable",
                    "purpose": "Read the features of churn from DynamoDB.",
                    "actions": ["dynamodb:GetItem"],
                    "resources": ["arn:aws:dynamodb:eu-central-1:111122223333:table/churn"],
                }
            ]
        ],
    )
    """Permissions that no activity gives. A security officer must approve a role that has some."""
    account: str | None = Field(default=None, pattern="^[0-9]{12}$", examples=["111122223333"])
    """The AWS account of the role, in quotes; any account when it is left out, which check warns about."""
    region: str | None = Field(
        default=None, pattern="^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$", max_length=32, examples=["eu-central-1"]
    )
    """The AWS region that the role works in; every region when it is left out."""
    partition: Literal["aws", "aws-cn", "aws-us-gov"] = Field(default="aws", examples=["aws"])
    """The AWS partition."""
    compat: Literal["strict", "cdk"] = Field(default="strict", examples=["strict"])
    """How the policies are rendered: least privilege (strict), or as the public CDK construct does it (cdk)."""
    policy_type: Literal["inline", "managed"] = Field(default="inline", examples=["managed"])
    """Whether the policies are embedded in the role (inline) or objects of their own (managed). Managed ones
    are one per activity, or as few as fit when more than ten would be attached."""
    managed_policy_arns: list[PolicyArn] = Field(
        default_factory=list, max_length=50, examples=[[shapes.POLICY_ARN.example]]
    )
    """Managed policies that exist already and are attached as well. Put the text of each into policies/<name>.json
    (policies/aws/<name>.json for those of AWS), so that what they permit is judged together with the rest."""
    permissions_boundary: PolicyArn | None = Field(
        default=None, examples=["arn:aws:iam::111122223333:policy/ml-boundary"]
    )
    """A managed policy that is the upper bound of the role."""
    tags: dict[TagKey, TagValue] = Field(default_factory=dict, max_length=50, examples=[{"team": "churn"}])
    """Tags of the role and of its managed policies."""
    path: str = Field(default="/", pattern=r"^/([A-Za-z0-9_.,+=@-]+/)*$", max_length=512, examples=["/ml/"])
    """The IAM path of the role and of its managed policies; starts and ends with a slash."""
    max_session_duration: int = Field(default=3600, ge=3600, le=43200, examples=[28800])
    """Longest session in seconds, 3600 (one hour) to 43200 (twelve hours)."""
    trust: Trust = Field(default=Trust(), examples=[{"services": [shapes.SERVICE.example]}])
    """Who else may assume the role."""
    tests: list[RoleTest] = Field(
        default_factory=list, max_length=200, examples=[[{"expect": "deny", "actions": ["iam:Create*"]}]]
    )
    """What the role must be able to do, and what it must never do."""

    @field_validator("statements")
    @classmethod
    def _once(cls, statements: list[CustomStatement]) -> list[CustomStatement]:
        sids = [statement.sid for statement in statements]
        if len(set(sids)) != len(sids):
            raise ValueError("a sid stands twice")
        return statements


class RoleDocument(Envelope[RoleSpec]):
    """An IAM role as code: a persona, its ML activities and the resources they may touch."""
