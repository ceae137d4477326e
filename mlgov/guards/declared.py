"""What guards are generated from: plain values that the settings give."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlgov.errors import SettingsError, UsageError
from mlgov.names import LEDGER_BRANCH

if TYPE_CHECKING:
    from mlgov.settings import Settings

#: What the gate and the check report; a merge waits for both.
CHECKS = ("mlgov / check", "mlgov/gate")
#: Id of the app that reports what workflows find, on github.com; other servers have another one.
ACTIONS_APP = 15368

_HANDLE = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*")
_PREFIX = re.compile(r"([A-Za-z0-9_.-]+/)*")


@dataclass(frozen=True, slots=True)
class Declared:
    """The guards that a governance repository wants.

    Attributes:
        handles: Governance role -> who has it, as the forge writes them (``@login``, ``@owner/team``). Roles that
            nobody has are left out.
        ledger_branch: The branch of records.
        checks: Checks that must have passed before a merge.
        check_source: Id of the app that must have reported them; None when that is not known.
        approvals: Approving reviews that the forge itself asks for.
        prefix: Folder of the governance repository in its git repository, with ``/`` at its end; empty for the top.
    """

    handles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ledger_branch: str = LEDGER_BRANCH
    checks: tuple[str, ...] = CHECKS
    check_source: int | None = ACTIONS_APP
    approvals: int = 1
    prefix: str = ""

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise UsageError(
                f"The folder {self.prefix!r} has characters that CODEOWNERS has no way to write.",
                hint="Use letters, digits and _.- in the name of the folder.",
            )


def declare(settings: "Settings", prefix: str = "") -> Declared:
    """Read from the settings which guards are wanted.

    Args:
        settings: Settings of the repository.
        prefix: Folder of the governance repository in its git repository.

    Raises:
        SettingsError: A team or person has a name that no forge has.
        UsageError: The folder cannot be written in CODEOWNERS.
    """
    persons = [(person.handles, person.roles) for person in settings.people if person.active and not person.bot]
    teams = {handle: team.roles for handle, team in settings.teams.items()}
    return Declared(
        handles=handles_by_role(teams, persons, settings.forge.repository.partition("/")[0]),
        ledger_branch=settings.ledger.branch,
        check_source=ACTIONS_APP if _is_github(settings) else None,
        prefix=prefix,
    )


def _is_github(settings: "Settings") -> bool:
    return settings.forge.base_url.rstrip("/") == "https://api.github.com"


def handles_by_role(
    teams: Mapping[str, Iterable[str]], persons: Iterable[tuple[Iterable[str], Iterable[str]]], organisation: str = ""
) -> dict[str, tuple[str, ...]]:
    """Say who has each role: teams, and people to whom it was given by themselves.

    Args:
        teams: Handle of a team -> its roles.
        persons: Handles and own roles of each person; accounts of programs are left out.
        organisation: Who owns teams whose handle does not say so.

    Raises:
        SettingsError: A handle is none.
    """
    holders: list[tuple[tuple[str, ...], Iterable[str]]] = [
        ((_handle(handle, organisation),), roles) for handle, roles in teams.items()
    ]
    for names, roles in persons:
        holders.append((tuple(_handle(name, "") for name in names if not name.endswith("[bot]")), roles))
    return dict(sorted(_by_role(holders).items()))


def _by_role(holders: Iterable[tuple[tuple[str, ...], Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for handles, roles in holders:
        for role in roles:
            found.setdefault(str(role), set()).update(handles)
    return {role: tuple(sorted(handles)) for role, handles in found.items() if handles}


def _handle(written: str, organisation: str) -> str:
    name = written.lstrip("@")
    handle = f"@{organisation}/{name}" if organisation and "/" not in name else f"@{name}"
    if not _HANDLE.fullmatch(handle):
        raise SettingsError(f"{written!r} is no handle of a forge.", hint="Write @login or @owner/team.")
    return handle
