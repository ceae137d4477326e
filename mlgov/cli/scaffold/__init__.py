"""The files of a new governance repository, as ``mlgov init`` writes them.

Each target file is one row of ``FILES``. The templates carry no leading dots, so that git and build tools do not take
them for files of this project. ``@NAME@`` marks are replaced; nothing else in a template has a meaning.
"""

from collections.abc import Mapping
from importlib.resources import files

#: Path in the new repository -> template in this package.
FILES = {
    "README.md": "readme.md",
    "mlgov.toml": "settings.toml",
    "requirements.txt": "requirements.txt",
    "cards/example-model.yaml": "card.yaml",
    "roles/example-role.yaml": "role.yaml",
    "monitors/example-model.yaml": "monitor_set.yaml",
    "mkdocs.yml": "mkdocs.yml",
    "docs/index.md": "index.md",
    ".gitignore": "gitignore.txt",
    ".pre-commit-config.yaml": "pre_commit.yaml",
}

#: Empty folders that documents refer to; git keeps a folder only with a file in it.
KEPT_FOLDERS = ("baselines", "evidence")

#: The same for each CI system.
CI_FILES: dict[str, dict[str, str]] = {
    "github": {
        ".github/workflows/apply.yml": "workflows/apply.yml",
        ".github/workflows/capture.yml": "workflows/capture.yml",
        ".github/workflows/check.yml": "workflows/check.yml",
        ".github/workflows/gate.yml": "workflows/gate.yml",
        ".github/workflows/gate-post.yml": "workflows/gate-post.yml",
        ".github/workflows/monitor.yml": "workflows/monitor.yml",
        ".github/workflows/preview.yml": "workflows/preview.yml",
        ".github/workflows/site.yml": "workflows/site.yml",
    },
    "none": {},
}


def scaffold(*, ci: str, version: str, schemas: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give every file of a new governance repository, by path.

    Args:
        ci: A key of ``CI_FILES``.
        version: Version of mlgov that the new repository asks for.
        schemas: The JSON Schemas, by file name.
    """
    marks = {"@VERSION@": version, "@FORGE@": ci}
    written = {path: _filled(template, marks) for path, template in (FILES | CI_FILES[ci]).items()}
    kept = {f"{folder}/.gitkeep": b"" for folder in KEPT_FOLDERS}
    return written | kept | {f"schemas/{name}": data for name, data in schemas.items()}


def _filled(template: str, marks: Mapping[str, str]) -> bytes:
    text = files(__name__).joinpath(template).read_text(encoding="utf-8")
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text.encode()
