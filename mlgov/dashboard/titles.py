"""Titles that tell models apart: two models may have the same one."""

from collections import Counter
from collections.abc import Mapping


def told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """Give each title; with the model's name behind it when another model has the same, large letters or small.

    Args:
        titles: Name of the model -> its title.
    """
    counts = Counter(title.casefold() for title in titles.values())
    return {name: f"{title} ({name})" if counts[title.casefold()] > 1 else title for name, title in titles.items()}
