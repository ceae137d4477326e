"""Keys for the tests of this folder, made anew for every run."""

import pytest

from tests.approvals.ssh_material import KINDS, SECURITY_KINDS, FileKey, SecurityKey, keygen

AnyKey = FileKey | SecurityKey


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AnyKey]:
    """One key of every kind that may sign, by the name of the kind."""
    folder = tmp_path_factory.mktemp("keys")
    files = {kind: FileKey(keygen(folder, *arguments, name=kind)) for kind, arguments in KINDS.items()}
    return files | {kind: SecurityKey(kind) for kind in SECURITY_KINDS}
