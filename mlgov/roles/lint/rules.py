"""The rules about what statements permit (``MLG-R050`` and up)."""

from mlgov.findings import Rule, Severity

UNKNOWN_ACTION = Rule(
    "MLG-R050",
    "unknown-action",
    Severity.ERROR,
    "Every action is one of AWS.",
    "IAM takes an action that does not exist without a word, and the permission that was meant is missing. The actions "
    "are those of a table that comes with mlgov and has a date, so an action of last week may be missing in it.",
    "Correct the name of the action.",
)
RESOURCE_MISMATCH = Rule(
    "MLG-R051",
    "resource-mismatch",
    Severity.ERROR,
    "Every action finds a resource of its own kind in its statement, and every resource an action.",
    "A statement about the training jobs of SageMaker permits nothing on models, whatever its actions are. Actions "
    "that know no resources are permitted on * only.",
    "Name resources of the kind that the action is about, in a statement of its own.",
)
CONDITION_MISMATCH = Rule(
    "MLG-R052",
    "condition-mismatch",
    Severity.ERROR,
    "Every condition asks for a key that the actions of its statement have, with an operator that can compare it.",
    "A request never has a key that its action does not know. A condition on it forbids everything, or, when it is a "
    "negated one or ends in IfExists, limits nothing.",
    "Give the action a statement of its own without the condition, or correct the key.",
)
WILDCARD_RESOURCE = Rule(
    "MLG-R053",
    "wildcard-resource",
    Severity.ERROR,
    "An action that takes a resource is not permitted on every one.",
    "A statement on * grows with everything that is made later, in every account that trusts this one, without a "
    "review.",
    "Name the resources by their ARN; a * may stand for the last part of it.",
)
WILDCARD_ACTION = Rule(
    "MLG-R054",
    "wildcard-action",
    Severity.ERROR,
    "Actions are written out, without * and ?.",
    "A pattern also permits what AWS adds later. Nobody can say of it what it permits.",
    "List the actions that are needed.",
)
ESCALATION = Rule(
    "MLG-R055",
    "privilege-escalation",
    Severity.ERROR,
    "Nobody can use the role to get more power than the role has.",
    "Some permissions, alone or together, can be turned into others: who may change a policy, or start code under "
    "another role, has what that policy or role permits. All that is attached to a role counts together: activities, "
    "statements, and managed policies whose text lies in policies/. It is a warning where the role can only use "
    "what a statement names in full, and no finding where an activity passes exactly the roles of roles_to_pass.",
    "Take one of the permissions away, or name the one resource it is needed for.",
)
OPEN_PASS_ROLE = Rule(
    "MLG-R056",
    "open-pass-role",
    Severity.ERROR,
    "iam:PassRole says to which services.",
    "Without a condition on iam:PassedToService that always asks, a role can be handed to any service that trusts it, "
    "among them those that nobody thought of. Operators that end in IfExists or say Not, and values with wildcards, do "
    "not ask.",
    "Add StringEquals iam:PassedToService with the service, or use an activity that passes roles.",
)
TAUTOLOGY = Rule(
    "MLG-R057",
    "tautological-condition",
    Severity.ERROR,
    "A condition can be false.",
    "A condition that always holds looks like a limit in every review and is none.",
    "Compare with the values that are meant, or remove the condition.",
)
NEGATED_ELEMENT = Rule(
    "MLG-R058",
    "negated-element",
    Severity.ERROR,
    "Statements that allow say what they allow, not what they leave out.",
    "NotAction, NotResource and NotPrincipal allow everything else, and with every new action and resource more of it.",
    "List the actions and resources, or deny those that are not meant.",
)
TOXIC_PAIR = Rule(
    "MLG-R059",
    "toxic-pair",
    Severity.WARNING,
    "Nobody holds two duties that check each other.",
    "Four eyes see more than two only when they belong to two people. Who may approve a model and bring it into "
    "production alone can do both without anybody else. Roles that the same principal may assume count together.",
    "Give one of the duties to another role, and let other people assume it.",
)
POLICY_FILE = Rule(
    "MLG-R060",
    "policy-file",
    Severity.ERROR,
    "A file in policies/ holds the text of one managed policy that some role attaches.",
    "What a role permits is judged with the policies that it attaches. A file that cannot be read, or that no role "
    "attaches, would look as if it had been judged.",
    "Put the policy there as IAM gives it: an object with Version and Statement, as policies/<name>.json, or "
    "policies/aws/<name>.json for one of AWS.",
)

CHAIN = Rule(
    "MLG-R061",
    "escalation-over-roles",
    Severity.ERROR,
    "Nobody gets more power by way of other roles than their own role gives them.",
    "Roles that may be handed on or assumed belong to whoever may do that: a job that runs under a stronger role does "
    "what its author says. Here the roles of the repository are looked at together, as far as one leads to another by "
    "iam:PassRole or a trust policy, to the end of every such way. It is a warning where the way ends in duties that "
    "do not go together, or in what statements name in full.",
    "Take the step out of the way (roles_to_pass, trust), or the power from the role at its end.",
)

RULES = (
    UNKNOWN_ACTION,
    RESOURCE_MISMATCH,
    CONDITION_MISMATCH,
    WILDCARD_RESOURCE,
    WILDCARD_ACTION,
    ESCALATION,
    OPEN_PASS_ROLE,
    TAUTOLOGY,
    NEGATED_ELEMENT,
    TOXIC_PAIR,
    POLICY_FILE,
    CHAIN,
)
