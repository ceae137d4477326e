"""The CODEOWNERS block: whose review each governed path needs. Lines of others stay as they are.

Of all lines of CODEOWNERS that fit a file, the last one counts. So the block goes to the end of the file, and in it the
protected paths come last.
"""

from collections.abc import Iterator, Sequence

from mlgov.errors import UsageError
from mlgov.guards.declared import Declared

#: Where GitHub looks, in this order; it reads only the first one that is there.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")

#: Path below the governance root -> roles whose members own it; any one of them may review. Later lines win.
OWNED: dict[str, tuple[str, ...]] = {
    "cards/": ("owner", "validator"),
    "roles/": ("owner", "validator", "security"),
    "grants/": ("owner", "validator", "security"),
    "monitors/": ("owner", "validator"),
    "baselines/": ("owner", "validator"),
    "evidence/": ("owner", "validator"),
    "waivers/": ("validator", "risk_officer"),
    "approvals/": ("admin",),
    "schemas/": ("admin",),
    "mkdocs.yml": ("admin",),
    "requirements.txt": ("admin",),
    "mlgov.toml": ("admin",),
}
#: The same from the top of the git repository.
OWNED_AT_TOP = {".github/": ("admin",)}

BEGIN = "# >>> mlgov guards"
END = "# <<< mlgov guards"
_INTRODUCTION = (
    f"{BEGIN}: written by 'mlgov guards' from mlgov.toml. What is changed in here is lost.",
    "# It stays at the end of the file, because of all lines that fit a file the last one counts.",
)


def render_codeowners(declared: Declared, written: str) -> str:
    """Give CODEOWNERS with a fresh block at its end.

    Args:
        declared: Who has which role.
        written: The file as it is; empty when there is none.

    Raises:
        UsageError: Its block has no end, or there are two.
    """
    others = "\n".join(_outside(written.split("\n"))).rstrip()
    block = "\n".join((*_INTRODUCTION, *_lines(declared), END))
    return f"{others}\n\n{block}\n" if others else f"{block}\n"


def _lines(declared: Declared) -> Iterator[str]:
    paths = {f"{declared.prefix}{path}": roles for path, roles in OWNED.items()} | OWNED_AT_TOP
    width = max(map(len, paths)) + 1
    for path, roles in paths.items():
        handles = dict.fromkeys(handle for role in roles for handle in declared.handles.get(role, ()))
        if handles:
            yield f"{f'/{path}':<{width}} {' '.join(handles)}"
        else:  # a path without owners would take away those that an earlier line gives
            yield f"# /{path} has no owner: nobody in mlgov.toml is {' or '.join(roles).replace('_', ' ')}."


def _outside(lines: Sequence[str]) -> list[str]:
    begins = [number for number, line in enumerate(lines) if line.startswith(BEGIN)]
    ends = [number for number, line in enumerate(lines) if line.rstrip() == END]
    if not begins and not ends:
        return list(lines)
    if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0]:
        raise UsageError(
            "The block of mlgov in CODEOWNERS is damaged: its first and last line do not stand there once each.",
            hint=f"Remove the lines from '{BEGIN}' to '{END}' by hand and run 'mlgov guards' again.",
        )
    return [*lines[: begins[0]], *lines[ends[0] + 1 :]]
