"""``mlgov guards``: write what the forge needs to protect the repository, or check that it is fresh."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_file
from mlgov.cli.plain import safe
from mlgov.cli.schema import stale_files
from mlgov.errors import UsageError
from mlgov.names import SETTINGS_FILE

if TYPE_CHECKING:
    from mlgov.settings import Settings

CHANGES_PENDING = 4

NEXT_STEPS = """
Commit these files. Then tell GitHub, once and after each change of them:
  gh api -X POST repos/OWNER/NAME/rulesets --input .github/rulesets/mlgov-main.json      (and mlgov-ledger.json)
  gh label create NAME --force --color COLOR --description TEXT                          (for .github/mlgov-labels.json)
'mlgov doctor' says what is still missing there.
"""


@click.command()
@click.option("--check", "check_only", is_flag=True, help="Write nothing; exit with 4 when a file is not up to date.")
@click.pass_obj
def guards(app: App, check_only: bool) -> int:
    """Write CODEOWNERS, rulesets, labels and issue forms below .github/, from the teams and people of mlgov.toml.

    In CODEOWNERS only the block of mlgov is written; lines of others stay.
    """
    stale = stale_guards(app.root, app.services().settings)
    for path, data in stale.items():
        if not check_only:
            write_file(git_top(app.root) / path, data)
        click.echo(safe(f"{path} {'is not up to date' if check_only else 'written'}"))
    if not stale:
        app.chat("The guards are up to date.")
    else:
        app.chat("Run 'mlgov guards' to write them anew." if check_only else NEXT_STEPS.strip("\n"))
    return CHANGES_PENDING if check_only and stale else 0


def stale_guards(root: Path, settings: "Settings") -> dict[str, bytes]:
    """Find the guards that are not what mlgov would write now, by path from the top of the git repository.

    Args:
        root: Top folder of the governance repository.
        settings: Its settings.

    Raises:
        UsageError: There is no forge that guards are known for, or CODEOWNERS is damaged.
    """
    from mlgov.guards.codeowners import PLACES
    from mlgov.guards.declared import declare
    from mlgov.guards.files import guard_files

    if settings.forge.kind != "github":
        hint = f'Set kind = "github" under [forge] in {SETTINGS_FILE}.'
        raise UsageError("There are guards for GitHub alone.", hint=hint)
    top = git_top(root)
    written = {place: (top / place).read_bytes() for place in PLACES if (top / place).is_file()}
    return stale_files(top, guard_files(declare(settings, folder_in_git(root)), written))


def folder_in_git(root: Path) -> str:
    """Give the folder of the governance repository in its git repository, with ``/`` at its end; empty for the top."""
    top = git_top(root)
    return f"{root.relative_to(top).as_posix()}/" if top != root else ""


def git_top(root: Path) -> Path:
    """Find the top of the git repository that ``root`` lies in: the folder that holds .git; ``root`` without one."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
