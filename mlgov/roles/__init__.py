"""Role specs: personas, ML activities and the IAM policies rendered from them."""

from mlgov.roles.access_grants import rules as grant_rules
from mlgov.roles.assembly import activities_of
from mlgov.roles.check import check_role
from mlgov.roles.exports import TARGETS, Target
from mlgov.roles.iam_json import iam_value, to_iam_json
from mlgov.roles.library import Activity, Library, Persona, built_in
from mlgov.roles.lint import rules as lint_rules
from mlgov.roles.own import attached_policies, is_own, library_in, own_paths
from mlgov.roles.permissions import ActivityPermissions, permissions
from mlgov.roles.policy import Condition, Policy, RenderedRole, Statement, TrustStatement
from mlgov.roles.render import render
from mlgov.roles.rules import RULES as OWN_RULES
from mlgov.roles.schema import RoleDocument, RoleSpec

#: The rules of roles, those of what statements permit, and those of access grants.
RULES = (*OWN_RULES, *lint_rules.RULES, *grant_rules.RULES)

__all__ = [
    "RULES",
    "TARGETS",
    "Activity",
    "ActivityPermissions",
    "Condition",
    "Library",
    "Persona",
    "Policy",
    "RenderedRole",
    "RoleDocument",
    "RoleSpec",
    "Statement",
    "Target",
    "TrustStatement",
    "activities_of",
    "attached_policies",
    "built_in",
    "check_role",
    "iam_value",
    "is_own",
    "library_in",
    "own_paths",
    "permissions",
    "render",
    "to_iam_json",
]
