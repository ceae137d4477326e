"""May a Resource pattern of a policy and the ARN of a resource type mean the same resource?"""

import re
from functools import lru_cache

#: Stands for any signs, for any signs but slashes and colons, and for exactly one sign.
_ANY, _WITHIN, _ONE = "*", "within", "?"
_PARTS = re.compile(r"\$\{([A-Za-z0-9]+)\}")
#: Placeholders whose values have neither slashes nor colons, whatever the service.
_PLAIN = frozenset({"Partition", "Region", "Account", "BucketName"})


@lru_cache(8192)
def may_be(resource: str, kind: str) -> bool:
    """Say whether some ARN of a type fits a Resource pattern.

    Args:
        resource: A value of a Resource element.
        kind: The ARN of a resource type, with ``${…}`` for what varies.
    """
    parts, wanted = resource.split(":", 5), kind.split(":", 5)
    if len(parts) == 6 and not re.search(r"[*?]", parts[2]) and parts[2] != wanted[2]:
        return False
    return _overlap(list(resource), _tokens(kind))


def _tokens(kind: str) -> list[str]:
    """Take the ARN of a type apart. Names in SageMaker have no slashes; in other services they may."""
    plain = ":sagemaker:" in kind
    tokens: list[str] = []
    end = 0
    for found in _PARTS.finditer(kind):
        tokens += kind[end : found.start()]
        tokens.append(_WITHIN if plain or found[1] in _PLAIN else _ANY)
        end = found.end()
    return [*tokens, *kind[end:]]


def _overlap(ours: list[str], theirs: list[str]) -> bool:
    """Walk through both patterns at once; two wildcards always have a text in common."""
    seen: set[tuple[int, int]] = set()
    open_places = [(0, 0)]
    while open_places:
        place = open_places.pop()
        if place in seen:
            continue
        seen.add(place)
        i, j = place
        if i == len(ours) and j == len(theirs):
            return True
        open_places += _next(ours, theirs, i, j)
    return False


def _next(ours: list[str], theirs: list[str], i: int, j: int) -> list[tuple[int, int]]:
    mine = ours[i] if i < len(ours) else ""
    other = theirs[j] if j < len(theirs) else ""
    found = []
    if mine == _ANY:
        found += [(i + 1, j)] + ([(i, j + 1)] if other else [])
    if other in (_ANY, _WITHIN):
        found.append((i, j + 1))
        if mine and mine != _ANY and (other == _ANY or mine not in "/:"):
            found.append((i + 1, j))
    elif mine and other and mine in (_ONE, other):
        found.append((i + 1, j + 1))
    return found
