"""A draft card that grows while another tool's file is read: texts are made to fit, and every change is reported."""

import json
import re
from typing import Any

from mlgov.cards.fields import Fields, card_value, is_empty
from mlgov.cards.foreign import check, envelope
from mlgov.cards.transfer import Imported, Unmapped
from mlgov.documents import Pointer, Value
from mlgov.documents.front_door import LIMITS, hidden_character, without_hidden
from mlgov.errors import ImportFormatError

#: A card with more evaluations and metrics would be larger than a document may be.
MAX_RESULTS = 5_000
MAX_OWNERS = 20
#: Keys that metrics begin with.
FIRST_KEYS = ("name", "type", "value")
_OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
_NUMBER = re.compile(r"[-+]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][-+]?\d{1,3})?", re.ASCII)


def is_owner(text: str) -> bool:
    """Say whether a text may be an owner of a card: a handle with a leading @."""
    return bool(_OWNER.fullmatch(text))


def number_of(value: Value) -> float | None:
    """Give the number that a value is, also when it is written as text; None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        bare = value.strip()
        found = int(bare) if len(bare) <= 15 and bare.lstrip("+-").isdigit() else float(bare)
        return found if abs(found) < float("inf") else None
    return None


class Draft:
    """A card in the making: every text that is put in is made to fit, and what was changed is noted.

    Args:
        name: Name of the card.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._spec: dict[str, Any] = {}
        self._notes: list[Unmapped] = []
        self.title = ""
        self.owners: list[str] = []
        self.labels: dict[str, str] = {}
        self._results = 0

    def note(self, path: str, reason: str) -> None:
        """Report something about a field of the file."""
        self._notes.append(Unmapped(path, reason))

    def fit(self, text: str, limit: int, path: str) -> str:
        """Give ``text`` without hidden characters and at most ``limit`` characters long, and report what went.

        Args:
            text: Any text.
            limit: How many characters the field of the card takes.
            path: Where the text stands in the file.
        """
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if hidden := hidden_character(text):
            text = without_hidden(text).strip()
            self.note(path, f"Hidden characters such as {hidden} were left out.")
        if len(text) > limit:
            self.note(path, f"The text was cut to {limit:,} characters; {len(text) - limit + 1:,} were left out.")
            text = text[: limit - 1].rstrip() + "…"
        return text

    def put(self, text: str, limit: int, pointer: Pointer, path: str) -> None:
        """Put a text at ``pointer`` of the spec; one that stands there already is continued in a new paragraph.

        Args:
            text: Any text; an empty one is left out.
            limit: How many characters the field takes.
            pointer: Keys inside ``spec``.
            path: Where the text stands in the file.
        """
        place = self.place(*map(str, pointer[:-1]))
        key = str(pointer[-1])
        before = str(place.get(key, ""))
        fitted = self.fit(f"{before}\n\n{text}" if before else text, limit, path)
        if fitted:
            place[key] = fitted

    def place(self, *keys: str) -> dict[str, Any]:
        """Give the mapping at ``keys`` of the spec; it is made when it is not there."""
        found = self._spec
        for key in keys:
            found = found.setdefault(key, {})
        return found

    def add(self, item: Value, limit: int | None, pointer: Pointer, path: str) -> None:
        """Append to the list at ``pointer`` of the spec, or report that it is full.

        Args:
            item: What to append.
            limit: How many items the list takes; None for any number.
            pointer: Keys inside ``spec``.
            path: Where the item stands in the file.
        """
        items = self.place(*map(str, pointer[:-1])).setdefault(str(pointer[-1]), [])
        if limit is not None and len(items) >= limit:
            self.note(path, f"The card takes {limit} of these, so this one was left out.")
        else:
            items.append(item)

    def custom(self, key: str, text: str, path: str) -> None:
        """Put a text into the custom details of the card."""
        self.put(text, 1024, ("additional_information", "custom_details", self.key(key)), path)

    def custom_list(self, key: str, text: str, path: str) -> None:
        """Add a word to a custom detail that lists words, parted by commas."""
        details = self.place("additional_information", "custom_details")
        before = details.get(key)
        details[key] = self.fit(f"{before}, {text}" if before else text, 1024, path)

    def evaluation(self, name: str, path: str) -> dict[str, Any]:
        """Begin an evaluation; its name is made to fit, and different from those that are there.

        Args:
            name: What it is called.
            path: Where it stands in the file.
        """
        self._count()
        evaluations = self._evaluations()
        taken = {each["name"] for each in evaluations}
        first = self.fit(name, 63, path) or "Evaluation"
        names = [first, *(f"{first[:55]} ({count})" for count in range(2, len(taken) + 2))]
        made: dict[str, Any] = {"name": next(each for each in names if each not in taken)}
        evaluations.append(made)
        return made

    def evaluation_text(self, text: str, path: str) -> None:
        """Put an observation into the first evaluation, which is made when there is none."""
        evaluations = self._evaluations()
        first = evaluations[0] if evaluations else self.evaluation("Evaluation", path)
        before = first.get("evaluation_observation")
        first["evaluation_observation"] = self.fit(f"{before}\n\n{text}" if before else text, 2096, path)

    def _evaluations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._spec.setdefault("evaluation_details", [])
        return found

    def metric(
        self,
        evaluation: dict[str, Any],
        group: str,
        name: str,
        value: Value,
        path: str,
        notes: str = "",
        axes: tuple[str, str] = ("", ""),
    ) -> None:
        """Add a metric to a group of an evaluation: a number, a truth value, or a word.

        Args:
            evaluation: What `evaluation` gave.
            group: Name of the group; it is made when it is not there.
            name: Name of the measure.
            value: Its value; a number may be written as text.
            path: Where it stands in the file.
            notes: Anything to add.
            axes: Labels of the x and the y axis.
        """
        self._count()
        number = number_of(value)
        word = self.fit(value, 63, path) if isinstance(value, str) and number is None else ""
        if number is None and not isinstance(value, bool) and not word:
            self.note(path, "It has no value that a metric can hold.")
            return
        kind = "number" if number is not None else "boolean" if isinstance(value, bool) else "string"
        made: dict[str, Any] = {"name": self.fit(name, 255, path) or "metric", "type": kind}
        made["value"] = number if number is not None else word or value
        if notes := self.fit(notes, 1024, path):
            made["notes"] = notes
        labels = zip(("x_axis_name", "y_axis_name"), (self.fit(axis, 63, path) for axis in axes), strict=True)
        made |= {key: label for key, label in labels if label}
        self._group(evaluation, self.fit(group, 63, path) or "Results").append(made)

    def chart(self, evaluation: dict[str, Any], group: str, place: int, metric: dict[str, Any]) -> None:
        """Put a curve, bar chart or matrix into a group of an evaluation.

        Args:
            evaluation: What `evaluation` gave.
            group: Name of the group; it is made when it is not there.
            place: How many metrics of the group stand before it, if there are so many.
            metric: The metric as a card says it; its schema has to hold.
        """
        self._count()
        self._group(evaluation, self.fit(group, 63, "metric_groups") or "Results").insert(max(place, 0), dict(metric))

    def _count(self) -> None:
        self._results += 1
        if self._results > MAX_RESULTS:
            raise _too_large()

    def _group(self, evaluation: dict[str, Any], name: str) -> list[dict[str, Any]]:
        groups: list[dict[str, Any]] = evaluation.setdefault("metric_groups", [])
        found = next((group for group in groups if group["name"] == name), None)
        if found is None:
            found = {"name": name, "metric_data": []}
            groups.append(found)
        data: list[dict[str, Any]] = found["metric_data"]
        return data

    def key(self, text: str) -> str:
        """Make a legal key of custom details out of any text."""
        words = "".join(c if c.isascii() and c.isalnum() else "_" for c in text.lower())
        key = "_".join(filter(None, words.split("_")))[:200] or "detail"
        return key if key[0].isalpha() else f"_{key}"

    def finished(self, fields: Fields, reason: str) -> Imported:
        """Give the card, and everything of the file that has no place in it.

        Args:
            fields: The file, with what was taken from it.
            reason: Why the rest has no place.

        Raises:
            ImportFormatError: The card would be larger than a document may be.
        """
        metadata: dict[str, Any] = {"name": self._name}
        if title := self.fit(self.title, 256, "title") if self.title else "":
            metadata["title"] = title
        if self.owners:
            metadata["owners"] = self.owners[:MAX_OWNERS]
        if len(self.owners) > MAX_OWNERS:
            self.note(
                "owners", f"A card has at most {MAX_OWNERS}; {', '.join(self.owners[MAX_OWNERS:])} were left out."
            )
        if self.labels:
            metadata["labels"] = self.labels
        value = envelope(metadata, _pruned(self._spec))
        if len(json.dumps(value, ensure_ascii=False).encode()) > LIMITS.file_bytes:
            raise _too_large()
        return Imported(_ordered(value, card_value(check(value))), (*self._notes, *fields.left(reason)))


def _too_large() -> ImportFormatError:
    return ImportFormatError(
        f"The file holds more than a card of {LIMITS.file_bytes // 1024} KiB can say.",
        hint="Take results out of it, and keep them as a file under evidence/ that the card cites.",
    )


def _pruned(spec: dict[str, Any]) -> dict[str, Any]:
    """Leave out what holds nothing."""
    kept = {key: _pruned(each) if isinstance(each, dict) else each for key, each in spec.items()}
    return {key: each for key, each in kept.items() if not is_empty(each)}


def _ordered(value: Any, like: Any) -> Any:  # noqa: ANN401 - any plain value
    """Put the keys of mappings in the order of the schema, which a dump of the model has; of metrics, as people do."""
    if isinstance(value, dict):
        first = FIRST_KEYS if value.keys() >= set(FIRST_KEYS) else ()
        return {key: _ordered(value[key], like[key]) for key in (*first, *(key for key in like if key not in first))}
    if isinstance(value, list):
        return list(map(_ordered, value, like))
    return value
