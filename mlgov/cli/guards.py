"""``mlgov guards``: write what the forge needs to protect the repository, or check that it is fresh."""

from pathlib import Path

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_file
from mlgov.cli.plain import safe
from mlgov.errors import UsageError
from mlgov.names import SETTINGS_FILE

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
    from mlgov.cli.schema import stale_files
    from mlgov.guards.codeowners import PLACES
    from mlgov.guards.declared import declare
    from mlgov.guards.files import guard_files

    settings = app.services().settings
    if settings.forge.kind != "github":
        raise UsageError(
            "There are guards for GitHub alone.", hint=f'Set kind = "github" under [forge] in {SETTINGS_FILE}.'
        )
    top = git_top(app.root)
    prefix = f"{app.root.relative_to(top).as_posix()}/" if top != app.root else ""
    written = {place: (top / place).read_bytes() for place in PLACES if (top / place).is_file()}
    stale = stale_files(top, guard_files(declare(settings, prefix), written))
    for path, data in stale.items():
        if not check_only:
            write_file(top / path, data)
        click.echo(safe(f"{path} {'is not up to date' if check_only else 'written'}"))
    if not stale:
        app.chat("The guards are up to date.")
    else:
        app.chat("Run 'mlgov guards' to write them anew." if check_only else NEXT_STEPS.strip("\n"))
    return CHANGES_PENDING if check_only and stale else 0


def git_top(root: Path) -> Path:
    """Find the top of the git repository that ``root`` lies in: the folder that holds .git; ``root`` without one."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
