"""Placeholders of activities and the values that a role gives for them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from mlgov.errors import UsageError
from mlgov.roles.library import PLACEHOLDER, Conditions
from mlgov.roles.policy import Condition
from mlgov.roles.schema import ActivityChoice, Parameters, RoleSpec
from mlgov.roles.shapes import DNS_SUFFIXES

Values = Mapping[str, Sequence[str]]


def values_for(spec: RoleSpec, choice: ActivityChoice) -> dict[str, Sequence[str]]:
    """Give the values of all placeholders for one activity; what the role does not give is missing or empty."""
    values: dict[str, Sequence[str]] = dict(scalars_of(spec))
    for name in Parameters.model_fields:
        values[name] = getattr(choice.parameters, name) or getattr(spec.parameters, name) or ()
    if spec.network:
        values |= {"subnets": spec.network.subnets, "security_groups": spec.network.security_groups}
    if spec.keys:
        values |= {"data_keys": spec.keys.data_keys, "volume_keys": spec.keys.volume_keys}
    return values


def scalars_of(spec: RoleSpec) -> dict[str, Sequence[str]]:
    """Give the values of the placeholders that have one value each."""
    return {
        "partition": [spec.partition],
        "dns_suffix": [DNS_SUFFIXES[spec.partition]],
        "region": [spec.region or "*"],
        "account": [spec.account or "*"],
    }


def extras_of(spec: RoleSpec) -> set[str]:
    """Say which of network and keys the role has."""
    return {name for name, given in (("network", spec.network), ("keys", spec.keys)) if given}


def expand(template: str, values: Values) -> Iterator[str]:
    """Fill the placeholders of a string: once per value, and per combination when there are several lists.

    Raises:
        UsageError: A placeholder has no value.
    """
    names = sorted(set(PLACEHOLDER.findall(template)))
    if missing := [name for name in names if not values.get(name)]:
        raise UsageError(f"{template!r} cannot be filled: the role gives no {', '.join(missing)}.")
    for combination in product(*(values[name] for name in names)):
        text = _fill(template, dict(zip(names, combination, strict=True)))
        if re.search(r"[{}$]", text):
            raise UsageError(f"{text!r} still holds a placeholder.")
        yield text


def _fill(template: str, filled: Mapping[str, str]) -> str:
    """Fill every placeholder in one pass, so that a value is never read as a template."""
    return PLACEHOLDER.sub(lambda found: filled[found[1]], template)


def filled(templates: Collection[str], values: Values) -> tuple[str, ...]:
    """Fill strings; the results are sorted and stand once."""
    return distinct(text for template in templates for text in expand(template, values))


def conditions(blocks: Sequence[Conditions], values: Values) -> tuple[Condition, ...]:
    """Join condition blocks. Values of one operator and key are alternatives, so a block may only repeat them.

    Raises:
        UsageError: Two blocks want different values, or a placeholder has none.
    """
    joined: dict[tuple[str, str], tuple[str, ...]] = {}
    for block in blocks:
        for operator, keys in block.items():
            for key, templates in keys.items():
                found = filled(templates, values)
                if joined.setdefault((operator, key), found) != found:
                    raise UsageError(f"Two activities want different values of {operator} {key}.")
    return tuple(Condition(operator, key, found) for (operator, key), found in sorted(joined.items()))


def distinct(texts: Iterator[str] | Collection[str]) -> tuple[str, ...]:
    """Sort texts and keep each once."""
    return tuple(sorted(set(texts)))
