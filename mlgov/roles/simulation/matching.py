r"""Does a text match a pattern? Wildcards over whole texts, over resource ARNs, and over ARNs in conditions.

Three readings of ``*`` and ``?``, all case-sensitive (actions come here in small letters), from the IAM user guide:

* actions and ``StringLike``: over the whole text;
* the Resource element: a ``*`` or ``?`` stays within its segment of the ARN, but a ``*`` that ends a segment may reach
  beyond the colon; the sixth segment is everything after the fifth colon, colons and all
  (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html);
* ``ArnEquals`` and ``ArnLike``: each of the six components is compared by itself
  (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).

No pattern can make matching slow: stars match with atomic groups, or state by state, never with nested backtracking.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from mlgov.roles.simulation.patterns import ANY, ONE, Filled, Tokens, Variable, Wildcard

#: Says whether a text matches.
Matcher = Callable[[str], bool]

#: Segments of an ARN: arn, partition, service, region, account, resource.
_SEGMENTS = 6
_KEPT = 4096


@lru_cache(_KEPT)
def whole(tokens: Filled) -> Matcher:
    """Match over the whole text: ``*`` is any text, ``?`` any one sign."""
    return _matcher([(token, ".") if token is ONE else token for token in tokens])


@lru_cache(_KEPT)
def resource(tokens: Filled) -> Matcher:
    """Match the ARN of a request against a value of a Resource element."""
    marked = list(_by_segment(tokens))
    if any(token == (ANY, "[^:]") for token in marked):
        return _walker(marked)
    return _matcher([ANY if isinstance(token, tuple) and token[0] is ANY else token for token in marked])


@lru_cache(_KEPT)
def arn(tokens: Filled) -> Matcher:
    """Match an ARN against a value of an ARN condition. What is no ARN matches nothing."""
    components = [whole(part) for part in _split(tokens)]

    def matches(text: str) -> bool:
        parts = text.split(":", _SEGMENTS - 1)
        if len(components) != _SEGMENTS or len(parts) != _SEGMENTS:
            return False
        return all(component(part) for component, part in zip(components, parts, strict=True))

    return matches


def may_stand_in_resource(tokens: Tokens) -> bool:
    """Say whether variables stand only where a Resource element may have them: after the fifth colon."""
    colons = 0
    for token in tokens:
        if isinstance(token, Variable) and colons < _SEGMENTS - 1:
            return False
        colons += token.count(":") if isinstance(token, str) else 0
    return True


#: A text, ANY over everything, or a wildcard with the class of signs it may stand for.
_Part = str | Wildcard | tuple[Wildcard, str]


def _matcher(parts: Sequence[_Part]) -> Matcher:
    """Match chunks between stars from left to right; the leftmost place of a chunk is always good enough."""
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) == len(parts) - 1 <= 2 and parts.count(ANY) == 1:
        return _with_one_star(parts)
    chunks = [""]
    for part in parts:
        if part is ANY:
            chunks.append("")
        else:
            chunks[-1] += part[1] if isinstance(part, tuple) else re.escape(str(part))
    first, *rest = chunks
    if rest:
        first += "".join(f"(?>.*?{chunk})" for chunk in rest[:-1] if chunk) + ".*" + rest[-1]
    found = re.compile(first, re.DOTALL).fullmatch
    return lambda text: found(text) is not None


def _with_one_star(parts: Sequence[_Part]) -> Matcher:
    """Match a start and an end; most resources are of this kind, and to compile one costs more than to ask it."""
    place = parts.index(ANY)
    start, end = ("".join(map(str, each)) for each in (parts[:place], parts[place + 1 :]))
    shortest = len(start) + len(end)
    return lambda text: len(text) >= shortest and text.startswith(start) and text.endswith(end)


def _by_segment(tokens: Filled) -> Iterator[_Part]:
    """Say for each wildcard how far it may reach."""
    colons = 0
    for index, token in enumerate(tokens):
        if isinstance(token, str):
            colons += token.count(":")
            yield token
        elif colons >= _SEGMENTS - 1:
            yield (token, ".")
        else:
            following = tokens[index + 1] if index + 1 < len(tokens) else ":"
            ends = token is ANY and isinstance(following, str) and following.startswith(":")
            yield (token, "." if ends else "[^:]")


def _walker(parts: Sequence[_Part]) -> Matcher:
    """Match with stars of both kinds: keep the set of places in the pattern that the text read so far can be at."""
    steps: list[tuple[str, bool, bool]] = []  # sign, whether it repeats, whether a colon is in reach
    for part in parts:
        if isinstance(part, tuple):
            steps.append(("", part[0] is ANY, part[1] == "."))
        else:
            steps += [(sign, False, False) for sign in str(part)]

    def closed(places: set[int]) -> set[int]:
        reached = set(places)
        for place in sorted(places):
            at = place
            while at < len(steps) and steps[at][1]:
                at += 1
                reached.add(at)
        return reached

    def matches(text: str) -> bool:
        places = closed({0})
        for sign in text:
            places = closed(
                {
                    place if steps[place][1] else place + 1
                    for place in places
                    if place < len(steps) and _takes(steps[place], sign)
                }
            )
        return len(steps) in places

    return matches


def _takes(step: tuple[str, bool, bool], sign: str) -> bool:
    text, _, over_colons = step
    return text == sign if text else over_colons or sign != ":"


def _split(tokens: Filled) -> list[Filled]:
    """Split at the first five colons."""
    parts: list[list[str | Wildcard]] = [[]]
    for token in tokens:
        if not isinstance(token, str):
            parts[-1].append(token)
            continue
        first, *more = token.split(":", _SEGMENTS - len(parts))
        parts[-1].append(first)
        parts += [[text] for text in more]
    return [tuple(token for token in part if token != "") for part in parts]
