"""Where a scorer is asked: a proposal cannot make a run ask somebody else."""

from collections.abc import Mapping

from mlgov.errors import GitError, UsageError
from mlgov.names import SETTINGS_FILE
from mlgov.ports import Repository
from mlgov.settings import Settings, load


def scorer_address(name: str, settings: Settings, repository: Repository) -> str:
    """Give the address of a scorer, if it counts.

    An address counts when it is in the settings here and the same on the main branch of the remote, as this clone
    knows it, or at HEAD when there is no remote. The remote ``origin`` is looked at whatever remote the settings name,
    because a proposal may change that name, too.

    Args:
        name: Name of the scorer in the settings.
        settings: The settings here, which may be those of a proposal.
        repository: The governance repository; nothing is fetched.

    Returns:
        The address.

    Raises:
        UsageError: The settings name no such scorer, or a main branch says otherwise.
    """
    here = settings.monitors.scorers.get(name)
    if here is None:
        raise UsageError(f"mlgov.toml names no scorer '{name}'.", hint="Add it to [monitors.scorers].")
    if any(_scorers_at(repository, ref).get(name) != here for ref in _main_refs(settings, repository)):
        hint = "Merge the change of mlgov.toml first, and fetch the main branch."
        raise UsageError(f"The address of the scorer '{name}' is not on the main branch yet.", hint=hint)
    return here


def _main_refs(settings: Settings, repository: Repository) -> list[str]:
    """Name the main branches of the remotes; HEAD when there is no remote."""
    names = dict.fromkeys(["origin", settings.ledger.remote])
    remotes = [remote for name in names if (remote := repository.remote(name))]
    return [f"refs/remotes/{remote.name}/{remote.main or 'main'}" for remote in remotes] or ["HEAD"]


def _scorers_at(repository: Repository, ref: str) -> Mapping[str, str]:
    """Read the addresses that the settings had at a ref; none when they cannot be read."""
    try:
        file = repository.snapshot(ref, (), (SETTINGS_FILE,)).get(SETTINGS_FILE)
        return load(file.data, f"{ref}:{SETTINGS_FILE}").monitors.scorers if file else {}
    except (GitError, UsageError):
        return {}
