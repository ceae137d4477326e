"""Access grants (kind AccessGrant): somebody who may assume a role for a while, decided by people."""

from mlgov.roles.access_grants.check import check_grant
from mlgov.roles.access_grants.rules import RULES
from mlgov.roles.access_grants.schema import AccessGrantDocument, AccessGrantSpec, principal_words
from mlgov.roles.access_grants.trust import LiveGrant, with_grants

__all__ = [
    "RULES",
    "AccessGrantDocument",
    "AccessGrantSpec",
    "LiveGrant",
    "check_grant",
    "principal_words",
    "with_grants",
]
