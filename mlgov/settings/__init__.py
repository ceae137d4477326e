"""``mlgov.toml`` -> frozen Settings. Unknown keys are errors with a suggestion, never ignored."""

import difflib
import re
import tomllib
from datetime import date, time
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, Field, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from mlgov.errors import SettingsError
from mlgov.names import LEDGER_BRANCH, NAME_PATTERN, SETTINGS_FILE, Kind, MonitoringType, RiskRating, Status
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
from mlgov.settings.table import Table

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
#: What a button may lead to; http only on this machine. No quotes, spaces, < and >: the theme escapes none.
_ADDRESS = re.compile(
    r"(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1|\[::1\]))(:\d{1,5})?/[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%{}-]*"
)

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
        if template is None or (_ADDRESS.fullmatch(template) and PLACEHOLDER in template):
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


ScorerName = Annotated[str, StringConstraints(pattern=rf"^{NAME_PATTERN}$")]


#: Engine -> what its address looks like.
_ENGINE_ADDRESSES = {
    "arrow": re.compile(""),
    "spark": re.compile(r"spark://\S+|k8s://\S+|yarn|local(\[[0-9*]+\])?"),
    "dask": re.compile(r"(tcp|tls)://\S+"),
}


class MonitorSettings(Table):
    """What monitoring is expected.

    Attributes:
        required: Risk rating -> monitoring types that an approved model needs.
        grace_periods: Schedule periods without an execution after which a monitor is stale.
        scorers: Name -> address of a model that monitors may ask, https, or http on this machine. Features of some
            rows of the data are sent there. It counts once it is on the main branch.
        catch_up_windows: Windows, counted back from now, that `mlgov monitor run --due` catches up after missed runs.
        lateness_hours: Hours after its end in which `run --due` looks at a window again for rows that came late; at
            least until the next window ends. Capture files of folders of later hours than that are not opened.
        engine: Who reads the data of a run: this process (arrow), or a cluster of Spark or Dask.
        engine_address: Where that cluster is: spark://HOST:PORT, yarn or k8s://… for Spark, tcp:// or tls:// for Dask.
    """

    required: dict[RiskRating, tuple[MonitoringType, ...]] = Field(default={})
    grace_periods: float = Field(default=2.0, gt=0)
    scorers: dict[ScorerName, str] = Field(default={}, max_length=100)

    @field_validator("scorers")
    @classmethod
    def _are_addresses(cls, scorers: dict[str, str]) -> dict[str, str]:
        for name, address in scorers.items():
            if not _ADDRESS.fullmatch(address):
                raise PydanticCustomError(
                    "address",
                    "the address of {name} must be whole and https, for instance https://models.example/invocations",
                    {"name": name},
                )
        return scorers

    catch_up_windows: int = Field(default=48, ge=1, le=1000)
    lateness_hours: float = Field(default=3.0, ge=0, le=8784)
    engine: Literal["arrow", "spark", "dask"] = "arrow"
    engine_address: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        known = _ENGINE_ADDRESSES[self.engine]
        if known.fullmatch(self.engine_address):
            return self
        wanted = {
            "arrow": "engine arrow is this process and has no engine_address",
            "spark": "engine spark needs an engine_address: spark://HOST:PORT, k8s://…, yarn or local[N]",
            "dask": "engine dask needs an engine_address: tcp://HOST:PORT or tls://HOST:PORT",
        }
        raise PydanticCustomError("engine", wanted[self.engine])


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


class HookSettings(Table):
    """What a monitor that enters alert sets off, once per alert, with `mlgov monitor run --hooks`. Nothing by default.

    Attributes:
        events: Where an event is sent: jsonl:FILE, webhook:URL or eventbridge:BUS.
        review_card: Whether a pull request sends the approved card of the model back to pending_review.
        command: Program and arguments of a command that is run, without a shell.
        command_limit_s: Seconds after which the command is ended.
    """

    events: tuple[Annotated[str, StringConstraints(pattern=r"^(jsonl|webhook|eventbridge):\S+$")], ...] = Field(
        default=(), max_length=5
    )
    review_card: bool = False
    command: tuple[Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")], ...] = Field(default=(), max_length=100)
    command_limit_s: int = Field(default=600, ge=1, le=7200)


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
