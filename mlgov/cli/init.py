"""``mlgov init``: a governance repository for somebody else, ready to be checked, committed and published."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import click

from mlgov.cli.app import App
from mlgov.cli.files import create_file
from mlgov.cli.plain import one_line, safe
from mlgov.cli.scaffold import CI_FILES, scaffold
from mlgov.errors import UsageError

#: Files that a new repository often has; theirs are as good as ours.
KEPT = ("README.md", ".gitignore")

NEXT_STEPS = """
Next steps:
{enter}  git init && git add . && git commit -m "Start model governance"
  mlgov check          checks every document
  mlgov site serve     shows the site on this machine (needs mlgov[site])
Then copy cards/example-model.yaml for your first model and delete the files called example-….
"""
GITHUB_STEPS = """On GitHub:
  Settings > Pages: choose GitHub Actions as the source, so that the site is published.
  Settings > Rules: protect the main branch and require the check called 'mlgov / check'.
"""


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--ci", type=click.Choice(list(CI_FILES)), default="github", show_default=True, help="Workflows to add.")
@click.pass_obj
def init(app: App, directory: Path, ci: str) -> None:
    """Start a governance repository in DIRECTORY. Nothing that exists is overwritten, and git is left to you.

    A README.md and a .gitignore that are there already, as in a new repository of a forge, are kept as they are.
    """
    from mlgov.checks.schemas import schema_files

    files = scaffold(ci=ci, version=version("mlgov"), schemas=schema_files())
    folder = app.directory / directory
    kept = [path for path in KEPT if (folder / path).is_file()]
    files = {path: data for path, data in files.items() if path not in kept}
    if there := in_the_way(folder, files):
        listed = "".join(f"\n  {path}" for path in map(one_line, there))
        raise UsageError(
            f"{directory} has files already that init would write:{listed}",
            hint="Choose another folder, or move these files away. Nothing was written.",
        )
    for path, data in files.items():
        create_file(folder / path, data)
        click.echo(safe(str(directory / path)))
    for path in kept:
        app.chat(f"Kept {path} as it is." + (" Add the line 'build/' to it." if path == ".gitignore" else ""))
    enter = "" if folder.resolve() == Path.cwd() else f"  cd {directory}\n"
    app.chat(NEXT_STEPS.format(enter=enter).rstrip())
    if ci == "github":
        app.chat(GITHUB_STEPS.rstrip())


def in_the_way(folder: Path, paths: Iterable[str]) -> list[str]:
    """List what stands where a file of ours would go: the file itself, or a file or link in the place of its folder.

    A link is in the way because what is written through it would land somewhere else.
    """
    found = set()
    for path in paths:
        target = folder / path
        if target.exists() or target.is_symlink():
            found.add(path)
        for parent in Path(path).parents:
            place = folder / parent
            if parent != Path() and (place.is_symlink() or (place.exists() and not place.is_dir())):
                found.add(parent.as_posix())
    return sorted(found)
