"""The rules of roles (``MLG-R…``): a role that breaks one of the errors is not rendered, not even in part."""

from mlgov.findings import Rule, Severity

UNKNOWN_PERSONA = Rule(
    "MLG-R001",
    "unknown-persona",
    Severity.ERROR,
    "The persona is one that mlgov knows.",
    "A persona brings activities. One that nobody defined would bring none, and a role without its permissions looks "
    "like a working one.",
    "Use a known persona, or custom with a list of activities.",
)
UNKNOWN_ACTIVITY = Rule(
    "MLG-R002",
    "unknown-activity",
    Severity.ERROR,
    "Every activity is one that mlgov knows.",
    "Permissions come only from the closed lists of the known activities; there are no free statements.",
    "Correct the id of the activity.",
)
NO_ACTIVITIES = Rule(
    "MLG-R003",
    "no-activities",
    Severity.ERROR,
    "A role has at least one activity.",
    "The persona custom brings no activities, and a role without any permits nothing.",
    "List the activities below spec.activities, or choose another persona.",
)
DUPLICATE_ACTIVITY = Rule(
    "MLG-R004",
    "duplicate-activity",
    Severity.ERROR,
    "An activity stands once in a role.",
    "Two entries of one activity would make two policies of one name, and it would be unclear whose parameters count.",
    "Join the two entries and their parameters.",
)
MISSING_PARAMETER = Rule(
    "MLG-R005",
    "missing-parameter",
    Severity.ERROR,
    "Every parameter that an activity asks for is given.",
    "Without its parameter a statement would name no resource, or every resource. Neither is what the role's reviewers "
    "agreed to.",
    "Add the parameter to spec.parameters, or to the activity.",
)
PARAMETER_SHAPE = Rule(
    "MLG-R006",
    "parameter-shape",
    Severity.ERROR,
    "Names and ARNs of AWS resources have their right form.",
    "A statement on a resource that cannot exist permits nothing, which is found out when a job fails. Keys and roles "
    "are written as full ARNs, because IAM compares ARNs.",
    "Correct the value.",
)
WILDCARD_PASS_ROLE = Rule(
    "MLG-R007",
    "wildcard-pass-role",
    Severity.ERROR,
    "roles_to_pass names exact roles.",
    "Whoever may pass any role to SageMaker may run a job with the strongest role of the account: PassRole on a "
    "pattern is a way to become administrator.",
    "Name each execution role by its full ARN.",
)
WILDCARD = Rule(
    "MLG-R008",
    "wildcard-value",
    Severity.ERROR,
    "Values name exact resources, without * and ?.",
    "A pattern also matches what is made later, so a role would grow without a review.",
    "Name each resource.",
)
PLACEHOLDER = Rule(
    "MLG-R009",
    "unresolved-placeholder",
    Severity.ERROR,
    "Values hold no placeholders and no IAM policy variables.",
    "Nothing fills placeholders in a role spec, and ${aws:...} variables make a policy depend on who asks: the text "
    "that is reviewed would not be the permission that is given.",
    "Write the value out.",
)
TEXT = Rule(
    "MLG-R010",
    "text-outside-latin-1",
    Severity.ERROR,
    "The description has only letters and signs of Latin-1.",
    "IAM refuses other characters, typographic quotes and long dashes among them.",
    "Replace the character.",
)
NAME_LENGTH = Rule(
    "MLG-R011",
    "role-name-length",
    Severity.ERROR,
    "The name of the IAM role has at most 64 characters.",
    "The IAM role is called SageMaker-<metadata.name>, so metadata.name of a role has at most 54 characters.",
    "Choose a shorter name.",
)
POLICY_SIZE = Rule(
    "MLG-R012",
    "policy-size",
    Severity.ERROR,
    "Policies stay within IAM's limits.",
    "IAM takes 6,144 characters in a managed policy, 10,240 in all inline policies of a role together, and 2,048 in a "
    "trust policy, white space not counted.",
    "Name fewer resources, split the role, or set spec.policy_type to managed.",
)
ATTACHED_POLICIES = Rule(
    "MLG-R013",
    "attached-policies",
    Severity.WARNING,
    "At most 10 managed policies are attached to a role.",
    "An account takes 10 managed policies on a role unless its quota is raised, and never more than 20 are accepted "
    "here. With policy_type managed the role's own policies count as well.",
    "Attach fewer policies, or set spec.policy_type to inline.",
    waivable=True,
)
BROAD_POLICY = Rule(
    "MLG-R014",
    "broad-managed-policy",
    Severity.WARNING,
    "No attached managed policy gives full access.",
    "A full-access policy gives everything that the activities so carefully leave out. AdministratorAccess, "
    "PowerUserAccess and IAMFullAccess are refused; other policies named FullAccess or Administrator are a warning.",
    "Drop the policy, or attach a narrower one.",
    waivable=True,
)
PARTITION = Rule(
    "MLG-R015",
    "partition-mismatch",
    Severity.ERROR,
    "Every ARN lies in the partition of the role.",
    "Partitions are separate worlds: a role of one cannot use a resource of another.",
    "Correct the ARN, or set spec.partition.",
)
OPEN_ACCOUNT = Rule(
    "MLG-R016",
    "open-account",
    Severity.WARNING,
    "The role names its account.",
    "Without the account, ARNs match every account, and the trust policy cannot demand that SageMaker acts for yours "
    "(aws:SourceAccount, against the confused deputy).",
    "Add spec.account with the twelve digits in quotes.",
    waivable=True,
)
NO_EFFECT = Rule(
    "MLG-R017",
    "setting-without-effect",
    Severity.WARNING,
    "Every parameter, the network and the keys change what the role permits.",
    "A limit that no activity can apply looks like protection and is none.",
    "Remove the setting, or add the activity that it is meant for.",
    waivable=True,
)
TAGS = Rule(
    "MLG-R018",
    "tag-keys",
    Severity.ERROR,
    "Tag keys do not start with aws: and differ in more than case.",
    "AWS keeps keys that start with aws: for itself, and IAM takes Team and team for one key.",
    "Rename the tag.",
)
TEST_FAILED = Rule(
    "MLG-R041",
    "role-test-failed",
    Severity.ERROR,
    "Every test of the role comes out as it expects.",
    "A test below spec.tests says what the role must be able to do, or must never do. IAM's answer is worked out "
    "offline from the rendered policies, conditions and all.",
    "Correct the role, or the test if it asks for the wrong thing; 'mlgov role can' gives the whole answer.",
)
TEST_UNPROVEN = Rule(
    "MLG-R042",
    "role-test-unproven",
    Severity.WARNING,
    "The tests of a role know every policy that it attaches.",
    "A test is decided by the policies that mlgov renders. A managed policy that is attached by its ARN may allow or "
    "deny more, and a permissions boundary may allow less: what they say is not known here.",
    "Ask again with the policy as a file: 'mlgov role can ... --policy ARN=FILE'.",
)

NOBODY = Rule(
    "MLG-R021",
    "nobody-may-assume",
    Severity.ERROR,
    "Somebody may assume the role.",
    "A role of a persona for people is not assumed by SageMaker, and without anybody else its trust policy would be "
    "empty, which IAM refuses.",
    "Name who may assume the role below spec.trust: principals, saml_providers, oidc or github.",
)
COMPAT = Rule(
    "MLG-R022",
    "cdk-statements",
    Severity.WARNING,
    "Policies are least privilege, not the statements of the CDK construct.",
    "compat: cdk repeats the statements of the public CDK construct, with all that is wrong with them, so that roles "
    "which were made with it can be compared and moved over. It is no rendering to stay with.",
    "Remove spec.compat.",
)
UNDER_APPROVAL = Rule(
    "MLG-R023",
    "permissions-under-approval",
    Severity.ERROR,
    "What an approved role permits changes only through a new review.",
    "An approval covers a role as it was read. An activity or persona of this repository that changes under it would "
    "give other permissions than those that were agreed to, without a line of the role changing.",
    "Set the status of the role back to pending_review in the same change.",
)
LIMIT_UNDONE = Rule(
    "MLG-R024",
    "limit-undone",
    Severity.ERROR,
    "No activity permits without the network or the keys what another one permits only with them.",
    "Statements that allow add up: a request that one of them lets through is let through. So an activity of this "
    "repository that grants the same action without the limit takes the limit away.",
    "Give the statement with_network or with_keys, or leave the action to the built-in activity.",
)

RULES = (
    UNKNOWN_PERSONA,
    UNKNOWN_ACTIVITY,
    NO_ACTIVITIES,
    DUPLICATE_ACTIVITY,
    MISSING_PARAMETER,
    PARAMETER_SHAPE,
    WILDCARD_PASS_ROLE,
    WILDCARD,
    PLACEHOLDER,
    TEXT,
    NAME_LENGTH,
    POLICY_SIZE,
    ATTACHED_POLICIES,
    BROAD_POLICY,
    PARTITION,
    OPEN_ACCOUNT,
    NO_EFFECT,
    TAGS,
    NOBODY,
    COMPAT,
    UNDER_APPROVAL,
    LIMIT_UNDONE,
    TEST_FAILED,
    TEST_UNPROVEN,
)
