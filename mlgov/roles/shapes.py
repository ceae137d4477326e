"""What the values in a role spec must look like: ARNs and names of the AWS resources that a role may touch.

The schema shows the pattern to editors; the check says in words what is wrong. Wildcards, placeholders and IAM policy
variables never fit a shape, so nothing that an author writes can widen a statement.
"""

import re
from dataclasses import dataclass

#: Partition -> the domain that its services' names end in, as in AWS's own table of endpoints.
DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}

_PARTITION = "aws(?:-cn|-us-gov)?"
_REGION = "[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}"
_ACCOUNT = "[0-9]{12}"
_IAM_PATH = "(?:[A-Za-z0-9_.,+=@-]+/)*"


@dataclass(frozen=True, slots=True)
class Shape:
    """The legal form of one kind of value.

    Attributes:
        words: What the value is, to finish the sentence "… is not".
        pattern: Regular expression for the whole value; the subset that Python and JSON Schema share.
        example: A legal value.
        max_length: Most characters.
    """

    words: str
    pattern: str
    example: str
    max_length: int = 2048

    def fits(self, value: str) -> bool:
        """Say whether ``value`` has this shape."""
        return len(value) <= self.max_length and re.fullmatch(self.pattern, value) is not None


ROLE_ARN = Shape(
    "the ARN of an IAM role",
    f"arn:{_PARTITION}:iam::{_ACCOUNT}:role/{_IAM_PATH}[A-Za-z0-9_.,+=@-]{{1,64}}",
    "arn:aws:iam::111122223333:role/SageMaker-churn-compute",
)
PRINCIPAL_ARN = Shape(
    "the ARN of an IAM role or user",
    f"arn:{_PARTITION}:iam::{_ACCOUNT}:(?:role|user)/{_IAM_PATH}[A-Za-z0-9_.,+=@-]{{1,64}}",
    "arn:aws:iam::111122223333:role/ml-engineers",
)
POLICY_ARN = Shape(
    "the ARN of a managed policy",
    f"arn:{_PARTITION}:iam::(?:aws|{_ACCOUNT}):policy/{_IAM_PATH}[A-Za-z0-9_.,+=@-]{{1,128}}",
    "arn:aws:iam::aws:policy/AmazonSageMakerReadOnly",
)
KEY_ARN = Shape(
    "the full ARN of a KMS key",
    f"arn:{_PARTITION}:kms:{_REGION}:{_ACCOUNT}:key/[A-Za-z0-9-]{{1,128}}",
    "arn:aws:kms:eu-central-1:111122223333:key/0f0e0d0c-0b0a-4908-8706-050403020100",
)
REPOSITORY_ARN = Shape(
    "the ARN of an ECR repository",
    f"arn:{_PARTITION}:ecr:{_REGION}:{_ACCOUNT}:repository/[a-z0-9][a-z0-9._/-]{{1,255}}",
    "arn:aws:ecr:eu-central-1:111122223333:repository/churn/training",
)
BUCKET = Shape(
    "the name of an S3 bucket",
    r"(?!.*\.\.)(?![0-9]+(?:\.[0-9]+){3}$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "churn-training-data",
    63,
)
WORKGROUP = Shape("the name of an Athena workgroup", "[A-Za-z0-9._-]{1,128}", "primary", 128)
DATABASE = Shape("the name of a Glue database", "[A-Za-z0-9._-]{1,255}", "churn_features", 255)
SUBNET = Shape("the id of a subnet", "subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})", "subnet-0a1b2c3d4e5f60718")
SECURITY_GROUP = Shape("the id of a security group", "sg-(?:[0-9a-f]{8}|[0-9a-f]{17})", "sg-0a1b2c3d4e5f60718")
SERVICE = Shape(
    "the service principal of an AWS service",
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?",
    "glue.amazonaws.com",
    128,
)
MLFLOW_SERVER = Shape(
    "the name of an MLflow tracking server", "[A-Za-z0-9](?:-*[A-Za-z0-9]){0,255}", "churn-experiments", 256
)
SAML_PROVIDER = Shape(
    "the ARN of a SAML identity provider of IAM",
    f"arn:{_PARTITION}:iam::{_ACCOUNT}:saml-provider/[A-Za-z0-9._-]{{1,128}}",
    "arn:aws:iam::111122223333:saml-provider/staff",
)
OIDC_PROVIDER = Shape(
    "the ARN of an OpenID Connect identity provider of IAM",
    f"arn:{_PARTITION}:iam::{_ACCOUNT}:oidc-provider/[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~-]+)*",
    "arn:aws:iam::111122223333:oidc-provider/login.example.org",
)
CLAIM = Shape(
    "a claim of a token, written out", "[A-Za-z0-9_.:/@|=,+#~-]{1,255}", "system:serviceaccount:churn:training", 255
)
REPOSITORY = Shape(
    "a repository on GitHub as owner/name",
    "[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}/(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}",
    "example/churn-governance",
    140,
)
GIT_NAME = Shape("the name of a branch or tag", "[A-Za-z0-9_](?:[A-Za-z0-9_./+@-]{0,254})", "main", 255)
ENVIRONMENT = Shape("the name of an environment on GitHub", "[A-Za-z0-9_](?:[A-Za-z0-9_. -]{0,254})", "production", 255)

#: Keys of a role spec whose values are such names or ARNs -> their shape.
SHAPES = {
    "roles_to_pass": ROLE_ARN,
    "s3_buckets": BUCKET,
    "ecr_repositories": REPOSITORY_ARN,
    "athena_workgroups": WORKGROUP,
    "glue_databases": DATABASE,
    "mlflow_servers": MLFLOW_SERVER,
    "subnets": SUBNET,
    "security_groups": SECURITY_GROUP,
    "data_keys": KEY_ARN,
    "volume_keys": KEY_ARN,
    "managed_policy_arns": POLICY_ARN,
    "permissions_boundary": POLICY_ARN,
    "services": SERVICE,
    "principals": PRINCIPAL_ARN,
    "saml_providers": SAML_PROVIDER,
    "provider": OIDC_PROVIDER,
    "audiences": CLAIM,
    "subjects": CLAIM,
    "repository": REPOSITORY,
    "branches": GIT_NAME,
    "git_tags": GIT_NAME,
    "environments": ENVIRONMENT,
}
