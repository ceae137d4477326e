"""The names that everything else uses: kinds, folders, statuses and what a legal name is."""

import re
from enum import StrEnum
from functools import cache

API_VERSION = "mlgov/v1"
LEDGER_BRANCH = "mlgov-ledger"
SETTINGS_FILE = "mlgov.toml"

NAME_MAX_LENGTH = 63
NAME_PATTERN = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(NAME_PATTERN)

#: A value of a column is named only when so many rows share it at least (k-anonymity): others are ids or free text.
NAMED_FROM = 5

#: Names that some file system or shell treats specially.
RESERVED_NAMES = frozenset(
    {"con", "prn", "aux", "nul", "index", "all", "none", "null", "true", "false"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)}
)


class Kind(StrEnum):
    """The governed kinds of document."""

    MODEL_CARD = "ModelCard"
    ROLE = "Role"
    MONITOR_SET = "MonitorSet"
    WAIVER = "Waiver"
    ACCESS_GRANT = "AccessGrant"


class Status(StrEnum):
    """The declared status of a governed document (SageMaker's ModelCardStatus in snake case)."""

    DRAFT = "draft"
    PENDING_REVIEW = "pending_review"
    APPROVED = "approved"
    ARCHIVED = "archived"


class RiskRating(StrEnum):
    """How much harm a wrong model can do, as its owners rate it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNKNOWN = "unknown"


class MonitoringType(StrEnum):
    """What a monitor watches (SageMaker's MonitoringType in snake case)."""

    DATA_QUALITY = "data_quality"
    MODEL_QUALITY = "model_quality"
    MODEL_BIAS = "model_bias"
    MODEL_EXPLAINABILITY = "model_explainability"


#: What people call each monitoring type.
MONITORING_TITLES = {
    MonitoringType.DATA_QUALITY: "Data quality",
    MonitoringType.MODEL_QUALITY: "Model quality",
    MonitoringType.MODEL_BIAS: "Bias drift",
    MonitoringType.MODEL_EXPLAINABILITY: "Feature attribution drift",
}

#: Folder of the governance repository -> the kind of the documents right inside it.
FOLDERS = {
    "cards": Kind.MODEL_CARD,
    "roles": Kind.ROLE,
    "grants": Kind.ACCESS_GRANT,
    "monitors": Kind.MONITOR_SET,
    "waivers": Kind.WAIVER,
}

#: Folder of the governance repository with the organisation's own framework packs.
FRAMEWORKS_FOLDER = "frameworks"

#: Folder of the governance repository with the organisation's card templates.
TEMPLATES_FOLDER = "templates/cards"

#: Folder of the governance repository with the text of managed policies that roles attach by their ARN.
POLICIES_FOLDER = "policies"

#: Folders with files that documents refer to.
ATTACHMENT_FOLDERS = ("baselines", "evidence", FRAMEWORKS_FOLDER, POLICIES_FOLDER)


#: Folder of the governance repository with the signed records of approvals.
APPROVALS_FOLDER = "approvals"


def is_name(text: str) -> bool:
    """Say whether ``text`` may be the name of a document, a model or a monitor."""
    return bool(_NAME.fullmatch(text)) and text not in RESERVED_NAMES


def policy_path_of(arn: str) -> str:
    """Give the path of the file with the text of a managed policy.

    ``policies/<name>.json`` for a policy of an account, ``policies/aws/<name>.json`` for one of AWS: both may have the
    same name.
    """
    name = arn.rpartition("/")[2]
    return f"{POLICIES_FOLDER}/aws/{name}.json" if ":iam::aws:" in arn else f"{POLICIES_FOLDER}/{name}.json"


@cache
def folder_of(kind: Kind) -> str:
    """Give the folder that holds documents of ``kind``."""
    return next(folder for folder, held in FOLDERS.items() if held is kind)


def path_of(kind: Kind, name: str) -> str:
    """Give the repository path of the document ``name`` of ``kind``."""
    return f"{folder_of(kind)}/{name}.yaml"
