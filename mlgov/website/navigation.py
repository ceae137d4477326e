"""The navigation: the pages that we make come first, and a folder may be named instead of each of its pages.

Without ``nav`` in the configuration MkDocs lists everything by itself and this is not asked. With it, a new page of
ours and a new page in a listed folder need no change of the configuration.
"""

from collections.abc import Iterable, Iterator
from typing import Any

#: What a list of MkDocs' navigation holds: a path, a title with a path, or a title with such a list.
Nav = list[Any]


def whole(nav: Nav, generated: Nav, written: Iterable[str]) -> Nav:
    """Complete a navigation.

    Args:
        nav: What the configuration says.
        generated: Our own pages that belong into a navigation, in order, as a navigation.
        written: Paths of the hand-written pages.

    Returns:
        Our pages that the configuration does not name, then what it says. An entry that ends with ``/`` stands for the
        pages of that folder, by path; without any it stays, and MkDocs says that it leads nowhere.
    """
    named = set(_paths(nav))
    missing = [part for part in generated if named.isdisjoint(_paths(part))]
    return [*missing, *_unfolded(nav, sorted(written))]


def _paths(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    for below in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _paths(below)


def _unfolded(part: Any, written: list[str]) -> Any:  # noqa: ANN401 - see Nav
    if isinstance(part, str):
        return [path for path in written if part.endswith("/") and path.startswith(part)] or part
    if isinstance(part, dict):
        return {title: _unfolded(below, written) for title, below in part.items()}
    return [each for entry in part for each in _flat(_unfolded(entry, written))] if isinstance(part, list) else part


def _flat(part: object) -> list[object]:
    return part if isinstance(part, list) else [part]
