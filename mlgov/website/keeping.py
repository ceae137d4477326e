"""Files that stay from one build of a served site to the next.

MkDocs empties the site's folder before every build. Nearly all files are ours, and after an edit nearly all of them are
as they were. So ours are moved aside before, folder by folder, and moved back afterwards; then only what changed is
written. A test holds a site that was built this way against one that was built anew.
"""

import shutil
from pathlib import Path

#: Folders that MkDocs and its theme fill, too; what is in them is written anew.
_SHARED = ("assets", "search")


class Keeper:
    """Knows what was written."""

    def __init__(self, *, forgets: bool = False) -> None:
        """Begin with nothing; one that ``forgets`` is for a build without a later one, and writes everything."""
        self._forgets = forgets
        self._written: dict[str, str] = {}
        self._now: dict[str, str] = {}
        self._aside: Path | None = None

    def set_aside(self, site: Path) -> None:
        """Move what the last build wrote out of the site's folder."""
        self._aside = site.with_name(f"{site.name}-aside")
        shutil.rmtree(self._aside, ignore_errors=True)
        for folder in {path.partition("/")[0] for path in self._written if "/" in path} - set(_SHARED):
            if (site / folder).is_dir():
                self._aside.mkdir(exist_ok=True)
                (site / folder).rename(self._aside / folder)

    def bring_back(self, site: Path) -> None:
        """Move it back where nothing has taken its place; the rest is forgotten and will be written anew."""
        aside, self._aside = self._aside, None
        parts = {"/".join(path.split("/")[:2]) for path in self._written} if aside else set()
        back = {part for part in parts if aside and _moved(aside / part, site / part)}
        self._written = {path: text for path, text in self._written.items() if "/".join(path.split("/")[:2]) in back}
        if aside:
            shutil.rmtree(aside, ignore_errors=True)

    def write(self, site: Path, path: str, content: str) -> None:
        """Write a file unless it is there with this content."""
        if self._written.get(path) != content:
            write_text(site / path, content)
        if not self._forgets:
            self._now[path] = content

    def finish(self, site: Path) -> None:
        """Take away what this build did not write again."""
        for path in self._written.keys() - self._now.keys():
            (site / path).unlink(missing_ok=True)
        self._written, self._now = self._now, {}


def _moved(source: Path, target: Path) -> bool:
    if not source.exists() or target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    return True


def write_text(file: Path, content: str) -> None:
    """Write a file of the site; its folder is made when there is none."""
    try:
        file.write_bytes(content.encode())
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode())
