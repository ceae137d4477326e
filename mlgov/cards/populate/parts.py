"""Parts of a card that several sources fill: metrics, parameters, addresses, datasets."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mlgov.cards.draft import Draft, number_of
from mlgov.documents import LIMITS, Value

JOB = ("training_details", "training_job_details")
#: Numbers from here on are not told from infinity everywhere.
LARGEST = 10**308
MAX_METRICS, MAX_PARAMETERS, MAX_URIS, MAX_DATASETS = 50, 100, 15, 100
_USER = re.compile(r"(?<=://)[^/@\s]*@")
#: Parts of an address that let whoever reads them in.
_SECRET_QUERY = re.compile(r"(^|&)([^=&]*(sig|signature|token|secret|password|credential|key))=", re.IGNORECASE)
_SECRET_NAME = re.compile(
    r"(^|[_.\-])(password|passwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|auth[_-]?token|access[_-]?token)($|[_.\-])",
    re.IGNORECASE,
)
_USED_FOR = {
    "training": ("train", "training", "fit"),
    "validation": ("val", "valid", "validation", "dev"),
    "test": ("test", "testing", "eval", "evaluation", "holdout"),
    "reference": ("reference", "baseline"),
}


def metrics(draft: Draft, values: Mapping[str, object], path: str) -> None:
    """Fill the training metrics, ordered by name.

    Args:
        draft: Where they go.
        values: Numbers by name; what is no finite number is noted and left out.
        path: What the source calls them.
    """
    rows: list[Value] = []
    for name, value in sorted(values.items()):
        number = _finite(value)
        called = draft.fit(name, 255, f"{path}.{name}")
        if number is None or not called:
            draft.note(f"{path}.{name}", "It is no finite number with a name and was left out.")
        else:
            rows.append({"name": called, "value": number})
    _listed(draft, "training_metrics", rows, MAX_METRICS, path)


def parameters(draft: Draft, values: Mapping[str, object], path: str) -> None:
    """Fill the hyper parameters, ordered by name. A value of more than 255 characters is cut and noted.

    Args:
        draft: Where they go.
        values: Values by name; what looks like a secret is noted and left out.
        path: What the source calls them.
    """
    rows: list[Value] = []
    for name, value in sorted(values.items()):
        place = f"{path}.{name}"
        called = draft.fit(name, 255, place)
        if is_secret(name):
            draft.note(place, "It looks like a secret and was left out.")
        elif called and (text := draft.fit(without_credentials(str(value)), 255, place)):
            rows.append({"name": called, "value": text})
        else:
            draft.note(place, "It is empty and was left out.")
    _listed(draft, "hyper_parameters", rows, MAX_PARAMETERS, path)


def _finite(value: object) -> float | None:
    """Give a finite number that YAML and JSON readers agree on; None when it is none."""
    number = number_of(value) if isinstance(value, int | float | str) else None
    if number is None or number != number or abs(number) >= LARGEST:  # NaN is not itself
        return None
    return float(number) if abs(number) > LIMITS.integer else number


def _listed(draft: Draft, key: str, rows: list[Value], limit: int, path: str) -> None:
    if len(rows) > limit:
        draft.note(path, f"There are {len(rows)}; a card takes {limit}, so the last {len(rows) - limit} were left out.")
    if rows:
        draft.place(*JOB)[key] = rows[:limit]


def addresses(draft: Draft, found: Iterable[object], pointer: Sequence[str], path: str) -> None:
    """Fill a list of addresses, each once, without what lets their readers in."""
    texts = [draft.fit(address(each), 1024, path) for each in found if isinstance(each, str)]
    distinct = list(dict.fromkeys(filter(None, texts)))
    if len(distinct) > MAX_URIS:
        draft.note(path, f"There are {len(distinct)}; a card takes {MAX_URIS}, so the rest was left out.")
    if distinct:
        draft.place(*pointer[:-1])[pointer[-1]] = distinct[:MAX_URIS]


def dataset(draft: Draft, name: str, role: str, uri: str, path: str, **more: str) -> None:
    """Add a dataset to the lineage.

    Args:
        draft: Where it goes.
        name: What it is called; a second one of the same name gets its use behind it.
        role: Word of the source for what it is used for.
        uri: Where it lies; may be empty.
        path: What the source calls it.
        more: Texts for ``version`` and ``notes``.
    """
    used_for = _use(role)
    if used_for is None:
        draft.note(path, f"The source calls its use '{draft.fit(role, 63, path)}'; it is taken for training data.")
    items = draft.place("lineage").setdefault("datasets", [])
    plain = draft.fit(name.replace('"', "'"), 200, path) or "data"
    taken = {item["name"] for item in items}
    names = [
        plain,
        f"{plain} ({used_for or 'training'})",
        *(f"{plain} ({count})" for count in range(2, len(taken) + 3)),
    ]
    item: dict[str, Any] = {"name": next(each for each in names if each not in taken)}
    item["used_for"] = used_for or "training"
    texts = {
        "uri": (address(uri), 1024),
        "version": (more.get("version", ""), 255),
        "notes": (more.get("notes", ""), 1024),
    }
    item |= {key: text for key, (said, limit) in texts.items() if (text := draft.fit(said, limit, path))}
    draft.add(item, MAX_DATASETS, ("lineage", "datasets"), path)


def is_training(role: str) -> bool:
    """Say whether a source's word for the use of data means training, also when it means nothing known."""
    return _use(role) in (None, "training")


def _use(role: str) -> str | None:
    words = re.findall(r"[a-z]+", role.lower())
    return next((use for use, known in _USED_FOR.items() if any(word in known for word in words)), None)


def is_secret(name: str) -> bool:
    """Say whether a value of this name is likely to let people in."""
    return bool(_SECRET_NAME.search(name))


def without_credentials(text: str) -> str:
    """Take user and password out of the addresses in a text."""
    return _USER.sub("", text)


def address(uri: str) -> str:
    """Give an address without user, password, and a query that lets its readers in."""
    bare = without_credentials(uri)
    try:
        parts = urlsplit(bare)
    except ValueError:
        return bare
    return urlunsplit(parts._replace(query="")) if _SECRET_QUERY.search(parts.query) else bare
