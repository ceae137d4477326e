"""What a rendered role can be written as: one file and one row for each format."""

from collections.abc import Callable
from dataclasses import dataclass

from mlgov.roles.exports.aws_cli import to_aws_cli
from mlgov.roles.exports.cloudformation import to_cloudformation
from mlgov.roles.exports.terraform import to_terraform
from mlgov.roles.iam_json import to_iam_json
from mlgov.roles.policy import RenderedRole


@dataclass(frozen=True, slots=True)
class Target:
    """A format.

    Attributes:
        write: Gives the text of a role: ASCII, with a newline at its end, the same for the same role.
        ending: What its files end in.
        summary: What it is, in plain words.
    """

    write: Callable[[RenderedRole], str]
    ending: str
    summary: str


TARGETS: dict[str, Target] = {
    "iam": Target(to_iam_json, ".json", "The role and its policies as IAM's own JSON."),
    "cloudformation": Target(to_cloudformation, ".template.json", "A template for CloudFormation."),
    "terraform": Target(to_terraform, ".tf.json", "A file for Terraform."),
    "aws-cli": Target(to_aws_cli, ".sh", "A shell script that makes the role with the AWS command line."),
}

__all__ = ["TARGETS", "Target", "to_aws_cli", "to_cloudformation", "to_iam_json", "to_terraform"]
