"""The rules of access grants (``MLG-R070`` and up). None of them can be waived."""

from mlgov.findings import Rule, Severity

UNKNOWN_ROLE = Rule(
    "MLG-R070",
    "grant-of-unknown-role",
    Severity.ERROR,
    "A grant is about a role of this repository.",
    "Access is given to what was reviewed. A role that nobody described here permits nobody knows what.",
    "Correct spec.role; 'mlgov role list' lists the roles.",
)
UNAPPROVED_ROLE = Rule(
    "MLG-R071",
    "grant-of-unapproved-role",
    Severity.ERROR,
    "A grant is about an approved role.",
    "Whoever approves a grant relies on what the role permits, and that is settled only when the role is approved. An "
    "approved grant whose role went back to review, or out of use, gives nothing until the role is approved again; "
    "that is a warning.",
    "Have the role approved first; archive a grant that nobody needs any more.",
)
TERM = Rule(
    "MLG-R072",
    "grant-term",
    Severity.ERROR,
    "A grant ends after it starts, and within the longest term that mlgov.toml allows.",
    "Access that lasts is a matter of the role and its trust, reviewed with it. A grant is for a while; who still "
    "needs it then asks again, and somebody looks at it again.",
    "Set an earlier spec.expires (grants.max_days in mlgov.toml says how late it may be).",
)
EXPIRED = Rule(
    "MLG-R073",
    "grant-expired",
    Severity.WARNING,
    "An approved grant has not expired.",
    "After its end a grant gives nothing: the trust policy says the moment, and the next 'mlgov role apply' takes the "
    "statement out.",
    "Archive the grant; ask for another one if the access is still needed.",
)
PRINCIPAL = Rule(
    "MLG-R074",
    "grant-principal",
    Severity.ERROR,
    "A grant is for somebody whom the role can be given to.",
    "A principal of another partition can never assume the role. Users and groups of IAM Identity Center are assigned "
    "to an account, through the instance that mlgov.toml names.",
    "Correct spec.principal, give the role its account, or set grants.identity_centre in mlgov.toml.",
)
TRUST_SIZE = Rule(
    "MLG-R075",
    "grants-of-one-role",
    Severity.ERROR,
    "The trust policy of a role has room for all its grants.",
    "IAM takes 2,048 characters in a trust policy. With one more none of them could be applied.",
    "Archive grants that nobody needs, or give the access to a group of IAM Identity Center.",
)

RULES = (UNKNOWN_ROLE, UNAPPROVED_ROLE, TERM, EXPIRED, PRINCIPAL, TRUST_SIZE)
