"""Files in the governed folders that could not be read as what they should be. They never just disappear."""

from collections import defaultdict

from mlgov.checks.tree import Tree
from mlgov.findings import Finding, in_order

#: Places that the sentence names.
NAMED = 5


def unreadable(tree: Tree, folder: str = "") -> dict[str, list[Finding]]:
    """Give what is wrong with each file that could not be read, in order, by path.

    Args:
        tree: The governed documents.
        folder: Only files of this governed folder; all of them when empty.
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in in_order(tree.findings):
        path = finding.location.path
        if path not in tree.governed and path.startswith(f"{folder}/" if folder else ""):
            found[path].append(finding)
    return dict(found)


def unreadable_sentence(tree: Tree) -> str:
    """Say how many documents cannot be read and where; nothing when every one can."""
    found = unreadable(tree)
    if not found:
        return ""
    places = [str(findings[0].location) for findings in found.values()]
    more = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    documents = "1 document" if len(places) == 1 else f"{len(places)} documents"
    return f"{documents} cannot be read: {', '.join(places[:NAMED])}{more}. Run 'mlgov check' to see all that is wrong."
