"""Versions of a card's content, as git has them."""

from typing import Any

from mlgov.errors import UsageError
from mlgov.lifecycle import Revision, revisions
from mlgov.ports import Repository


def version_data(repository: Repository, path: str, version: int) -> bytes:
    """Give a card's file as it last was with a version of its content. Raises UsageError when there is none."""
    found = [revision for revision in _history(repository, path) if revision.version == version]
    if not found:
        raise UsageError(f"{path} has no version {version}.", hint="get_version_history() lists them.")
    return repository.snapshot(found[-1].commit.id, (), (path,))[path].data


def version_history(repository: Repository, path: str) -> list[dict[str, Any]]:
    """List the versions, newest first, under the keys of SageMaker's ListModelCardVersions."""
    versions: dict[int, list[Revision]] = {}
    for revision in _history(repository, path):
        versions.setdefault(revision.version, []).append(revision)
    return [_summary(path, version, found) for version, found in sorted(versions.items(), reverse=True)]


def _summary(path: str, version: int, found: list[Revision]) -> dict[str, Any]:
    status = found[-1].status
    return {
        "ModelCardName": path.rpartition("/")[2].removesuffix(".yaml"),
        "ModelCardVersion": version,
        "ModelCardStatus": status.value if status else None,
        "CreationTime": found[0].at,
        "LastModifiedTime": found[-1].at,
        "ContentDigest": found[-1].digest,
        "Commit": found[-1].commit.id,
    }


def _history(repository: Repository, path: str) -> list[Revision]:
    if not repository.is_under_git():
        raise UsageError("Versions are kept by git, and this repository is not under git.", hint="Run 'git init'.")
    commits = repository.history("HEAD", (path,))
    ids = {change.blob for commit in commits for change in commit.changes if change.blob}
    return [each for each in revisions(path, commits, repository.blobs(ids)) if each.digest]
