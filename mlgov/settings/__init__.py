"""``mlgov.toml`` -> frozen Settings. Unknown keys are errors with a suggestion, never ignored."""

import difflib
import re
import tomllib
from datetime import date, time
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, Field, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from mlgov.errors import SettingsError
from mlgov.names import LEDGER_BRANCH, SETTINGS_FILE, Kind, RiskRating, Status
from mlgov.settings.approvals import (
    ApprovalRule,
    ApprovalSettings,
    EvidenceKind,
    GovernanceRole,
    Need,
    Person,
    Team,
    TeamHandle,
    check_roster,
    key_text,
)
from mlgov.settings.monitoring import HookSettings, MonitorSettings
from mlgov.settings.table import ADDRESS, Table

__all__ = [
    "PLACEHOLDER",
    "ApprovalRule",
    "ApprovalSettings",
    "DiffSettings",
    "EventSettings",
    "EvidenceKind",
    "ForgeSettings",
    "GovernanceRole",
    "GrantSettings",
    "HookSettings",
    "LedgerSettings",
    "MonitorSettings",
    "Need",
    "Person",
    "RequiredFields",
    "RevalidationSettings",
    "Settings",
    "SiteSettings",
    "Team",
    "WaiverSettings",
    "key_text",
    "load",
]

#: Stands for the path of a file in the addresses of the edit and view buttons.
PLACEHOLDER = "{path}"
#: Keys and stars with dots between them, from the top of a document.
_PATH_PATTERN = r"^(\*\*|metadata|lifecycle|spec)(\.([A-Za-z0-9_-]+|\*{1,2}))*$"


class RequiredFields(Table):
    """Fields that must be filled for some documents.

    Attributes:
        kind: The kind it is about.
        status: Statuses it applies to; empty means all.
        risk_rating: Risk ratings it applies to; empty means all. Only cards have one.
        fields: Dotted paths from the top of the document, for instance ``spec.model_overview.model_owner``.
    """

    kind: Kind
    status: tuple[Status, ...] = ()
    risk_rating: tuple[RiskRating, ...] = ()
    fields: tuple[str, ...] = Field(min_length=1)


class SiteSettings(Table):
    """How the site is called and where its edit buttons lead.

    Attributes:
        title: Name of the site.
        edit_uri_template: Address of the page that edits a file; ``{path}`` stands for its path. None hides the button.
        view_uri_template: The same for viewing a file.
        downloads: What the pages of cards offer besides JSON, ML-BOM and Hugging Face: ``pdf``, the printed card, and
            ``pack``, its evidence pack. They are printed while the site is built, with the extra ``pdf`` and for up to
            500 cards, because each takes a while. Left out, the pages name the commands.
    """

    title: str = "Model governance"
    edit_uri_template: str | None = None
    view_uri_template: str | None = None
    downloads: tuple[Literal["pdf", "pack"], ...] = ()

    @field_validator("edit_uri_template", "view_uri_template")
    @classmethod
    def _leads_to_a_forge(cls, template: str | None) -> str | None:
        if template is None or (ADDRESS.fullmatch(template) and PLACEHOLDER in template):
            return template
        raise PydanticCustomError(
            "address",
            "{written} must be a whole https address that contains {mark}, without quotes, spaces and < >, "
            "for instance https://forge.example/team/models/edit/main/{mark}",
            {"written": repr(template), "mark": PLACEHOLDER},
        )


#: Where the API of the public GitHub is.
GITHUB_API = "https://api.github.com"


class ForgeSettings(Table):
    """Where issues are opened.

    Attributes:
        kind: ``none`` works without a forge; ``gitea`` is for Forgejo too.
        repository: ``owner/name``; the environment's GITHUB_REPOSITORY when empty.
        base_url: Address of the API: ``https://HOST/api/v3`` of a GitHub of your own, ``https://HOST/api/v1`` of Gitea.
        login: Who opens the issues, for instance ``my-app[bot]``. Asked of the forge when empty.
        max_new_issues: New issues that one run may open; the rest is named in one umbrella issue.
        dashboard_issue: Whether `mlgov monitor run --issues` keeps one more issue that sums up what needs somebody.
    """

    kind: Literal["none", "github", "gitea"] = "none"
    repository: str = ""
    base_url: str = GITHUB_API
    login: str = ""
    max_new_issues: int = Field(default=10, ge=1, le=100)
    dashboard_issue: bool = False


class LedgerSettings(Table):
    """Where records are kept.

    Attributes:
        branch: The orphan branch of records.
        remote: The remote it is pushed to, when that remote exists.
    """

    branch: str = LEDGER_BRANCH
    remote: str = "origin"


class DiffSettings(Table):
    """What `mlgov card diff` goes by, beside its own tables.

    Attributes:
        significance: Path pattern -> cosmetic, informative or material; a pattern covers what lies below it, ``*`` is
            one key or list item, ``**`` any number of them. The last pattern that fits decides.
        orientation: Pattern of a metric's name -> which way it is better: higher, lower, zero or one (the nearer the
            better), or unknown.
    """

    significance: dict[
        Annotated[str, StringConstraints(pattern=_PATH_PATTERN)], Literal["cosmetic", "informative", "material"]
    ] = Field(default={})
    orientation: dict[
        Annotated[str, StringConstraints(min_length=1)], Literal["higher", "lower", "zero", "one", "unknown"]
    ] = Field(default={})


class WaiverSettings(Table):
    """How long findings may be waived.

    Attributes:
        max_days: Days that a waiver may last, counted from its approval.
    """

    max_days: int = Field(default=90, ge=1, le=730)


class GrantSettings(Table):
    """How long access may be granted, and where its people are known.

    Attributes:
        max_days: Days that an access grant may last, counted from its approval.
        identity_centre: ARN of the instance of IAM Identity Center; empty when there is none.
    """

    max_days: int = Field(default=90, ge=1, le=366)
    identity_centre: str = Field(
        default="", pattern=r"^(arn:aws(-cn|-us-gov)?:sso:::instance/(sso)?ins-[a-zA-Z0-9.-]{16})?$"
    )


class RevalidationSettings(Table):
    """When an approved document has to be looked at again.

    Attributes:
        windows_days: How many days before its review date a document is named; an issue says the smallest that fits.
        require_review_by: Kinds whose approved documents need a review date.
        open_violation_days: Days after which a monitor that is in alert asks for a revalidation of the model's card.
    """

    windows_days: tuple[Annotated[int, Field(ge=1, le=366)], ...] = (60, 30, 7)
    require_review_by: tuple[Kind, ...] = (Kind.MODEL_CARD,)
    open_violation_days: int = Field(default=14, ge=1, le=366)


class EventSettings(Table):
    """How `mlgov events` tells others about status changes.

    Attributes:
        source: Who tells: the source of every event, for instance the address of this repository.
        account: AWS account that events name; none when empty.
        region: AWS region that events name; none when empty.
        webhook_secret: Name of the environment variable that holds the secret which webhooks are signed with.
    """

    source: str = Field(default="mlgov", pattern=r"^[A-Za-z0-9][A-Za-z0-9._~:/?#@!$&()*+,;=%-]{0,255}$")
    account: str = Field(default="", pattern=r"^([0-9]{12})?$")
    region: str = Field(default="", pattern=r"^([a-z]{2}(-[a-z]+)+-[0-9]+)?$")
    webhook_secret: str = Field(default="MLGOV_WEBHOOK_SECRET", pattern=r"^[A-Z_][A-Z0-9_]*$")

    @field_validator("source")
    @classmethod
    def _not_of_aws(cls, source: str) -> str:
        if source.startswith("aws."):
            raise PydanticCustomError("source", "a source that starts with aws. belongs to AWS; EventBridge refuses it")
        return source


class RoleSettings(Table):
    """How `mlgov role apply` owns what it makes in an account.

    Attributes:
        managed_by: What the repository calls itself in the tag mlgov:managed-by, where approvals.repository is empty.
    """

    managed_by: str = Field(default="", pattern=r"^[A-Za-z0-9 _.:/=+@-]{0,200}$")


class Settings(Table):
    """All settings of a governance repository."""

    required: tuple[RequiredFields, ...] = ()
    site: SiteSettings = SiteSettings()
    forge: ForgeSettings = ForgeSettings()
    ledger: LedgerSettings = LedgerSettings()
    monitors: MonitorSettings = MonitorSettings()
    diff: DiffSettings = DiffSettings()
    events: EventSettings = EventSettings()
    hooks: HookSettings = HookSettings()
    roles: RoleSettings = RoleSettings()
    waivers: WaiverSettings = WaiverSettings()
    grants: GrantSettings = GrantSettings()
    revalidation: RevalidationSettings = RevalidationSettings()
    people: tuple[Person, ...] = ()
    teams: dict[TeamHandle, Team] = Field(default={})
    approvals: ApprovalSettings = ApprovalSettings()

    @model_validator(mode="after")
    def _roster(self) -> Self:
        check_roster(self.people, self.teams)
        return self


#: What pydantic calls by its Python name, as TOML calls it.
_SHAPES = {
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
}

#: A number that TOML would take as it stands.
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")


def load(data: bytes, path: str = SETTINGS_FILE) -> Settings:
    """Read settings.

    Args:
        data: The TOML file.
        path: Its name, for messages.

    Raises:
        SettingsError: It is not UTF-8 TOML, or a key or value is not one we know.
    """
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # what is no UTF-8, no TOML, too deep, or a number without end
        raise SettingsError(f"{path}: {error}", hint="Correct the TOML at the place named.") from None
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise _refusal(error, path) from None


def _refusal(error: ValidationError, path: str) -> SettingsError:
    """Tell the first thing that is wrong, and what to write in its place when that is plain."""
    problem = error.errors(include_url=False)[0]
    where = ".".join(map(str, problem["loc"])) or "[[people]] and [teams]"
    if problem["type"] == "extra_forbidden":
        return SettingsError(f"{path}: unknown key {where}{_suggestion(problem['loc'])}.")
    return SettingsError(f"{path}: {where}: {_said(problem)}.", hint=_to_write(problem))


def _to_write(problem: ErrorDetails) -> str:
    """Give the line that was meant, when the value is right but for its type."""
    key = next((str(part) + " = " for part in problem["loc"][-1:] if isinstance(part, str)), "")
    given = problem["input"]
    match problem["type"]:
        case "int_type" | "float_type" if isinstance(given, str) and _NUMBER.fullmatch(given):
            return f"Write {key}{given}, without quotes."
        case "int_type" if isinstance(given, float) and given.is_integer():
            return f"Write {key}{int(given)}."
        case "bool_type" if isinstance(given, str) and given.lower() in ("true", "false"):
            return f"Write {key}{given.lower()}, without quotes."
        case "bool_type":
            return f"Write {key}true or {key}false, without quotes."
        case "string_type" if isinstance(given, int | float | date | time):
            return f'Write {key}"{str(given).lower() if isinstance(given, bool) else given}".'
    return ""


def _said(problem: ErrorDetails) -> str:
    """Say what is wrong with a value in words of TOML."""
    if problem["type"] in _SHAPES:
        return f"this should be {_SHAPES[problem['type']]}"
    if problem["type"] == "string_pattern_mismatch":
        return f"{problem['input']!r:.80} does not have the form that this key takes"
    return problem["msg"].replace("Input should be", "this should be", 1)


def _suggestion(location: tuple[int | str, ...]) -> str:
    known = _known_keys(Settings)
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(known))}"


def _known_keys(table: type[BaseModel]) -> set[str]:
    keys: set[str] = set()
    for name, field in table.model_fields.items():
        keys.add(name)
        for nested in (field.annotation, *get_args(field.annotation)):
            if isinstance(nested, type) and issubclass(nested, BaseModel):
                keys |= _known_keys(nested)
    return keys
