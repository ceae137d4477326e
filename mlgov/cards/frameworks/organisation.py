"""The organisation's own packs: ``frameworks/<id>.yaml`` of the governance repository, beside those of mlgov."""

from collections.abc import Iterator
from functools import lru_cache

from mlgov.cards.frameworks import Framework, built_in, read_pack
from mlgov.cards.rules.framework_pack import PACK
from mlgov.findings import Finding, Location
from mlgov.lifecycle import rules
from mlgov.names import FRAMEWORKS_FOLDER, is_name
from mlgov.ports import REGULAR_FILE, File, Snapshot

_YAML = (".yaml", ".yml")


def framework_of(identity: str, snapshot: Snapshot) -> Framework | None:
    """Find a framework by its id, without asking for any file but its own; None when there is none that can be used.

    Args:
        identity: The id.
        snapshot: All governed files.
    """
    if identity in built_in():
        return built_in()[identity]
    file = snapshot.get(pack_path(identity)) if is_name(identity) else None
    return _read(file)[0] if file else None


def pack_path(identity: str) -> str:
    """Give the place of the organisation's pack with that id."""
    return f"{FRAMEWORKS_FOLDER}/{identity}.yaml"


def all_frameworks(snapshot: Snapshot) -> tuple[dict[str, Framework], list[Finding]]:
    """Read every framework there is, by id: those of mlgov and then those of the organisation.

    Returns:
        The frameworks, and what is wrong with the packs that cannot be used.
    """
    found, findings = dict(built_in()), []
    for path in _packs(snapshot):
        framework, wrong = _read(snapshot[path])
        findings += wrong
        if framework:
            found[framework.id] = framework
    return found, findings


def check_packs(snapshot: Snapshot) -> Iterator[Finding]:
    """Find what is wrong with the packs of the organisation. Other files beside them (a README.md) are none."""
    for path in _packs(snapshot):
        yield from _read(snapshot[path])[1]


def _packs(snapshot: Snapshot) -> list[str]:
    return sorted(path for path in snapshot if path.startswith(f"{FRAMEWORKS_FOLDER}/") and path.endswith(_YAML))


@lru_cache(maxsize=64)
def _read(file: File) -> tuple[Framework | None, list[Finding]]:
    stem, location = file.path.removeprefix(f"{FRAMEWORKS_FOLDER}/").removesuffix(".yaml"), Location(file.path)
    if file.mode != REGULAR_FILE or file.path != pack_path(stem) or "/" in stem:
        message = f"{FRAMEWORKS_FOLDER}/ holds packs as plain files {pack_path('<id>')} only."
        return None, [rules.WRONG_PLACE.at(location, message, fix="Move or rename the file.")]
    if not is_name(stem):
        return None, [rules.BAD_NAME.at(location, f"{stem!r} is not a legal name for a pack.")]
    framework, findings = read_pack(file.data, file.path)
    if stem in built_in():
        message = f"mlgov comes with a framework '{stem}'."
        findings = [*findings, PACK.at(location, message, fix="Give the pack an id of its own.")]
    return (None, findings) if findings else (framework, [])
