"""From bytes to values: libyaml parser events, our own scalars, a position for every key and value.

This is the reader of record. Documents that hold nothing but plain YAML are read by `mlgov.documents.plain` first, and
by this one only when somebody asks for a position.

The parser's composer and constructor are never used: they recurse, follow aliases and guess types.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml
from yaml._yaml import CParser

from mlgov.documents import front_door, plain, rules, scalars
from mlgov.documents.front_door import LIMITS, Limits, RefusedError
from mlgov.findings import Finding, Location

Value = dict[str, "Value"] | list["Value"] | str | int | float | bool | None
Pointer = tuple[str | int, ...]
Mark = tuple[int, int]
Event = Any  # libyaml's events; their type stubs leave out half of the attributes


class _Marks(NamedTuple):
    """Where every value and every key stands."""

    values: dict[Pointer, Mark]
    keys: dict[Pointer, Mark]


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file that passed the front door.

    Attributes:
        path: Path in the repository.
        value: What the file says.
        data: The bytes it was read from.
    """

    path: str
    value: dict[str, Any]
    data: bytes
    _marks: list[_Marks] = field(default_factory=list, repr=False, compare=False)

    def location(self, pointer: Pointer = (), *, of_key: bool = False) -> Location:
        """Say where the value (or key) at ``pointer`` stands; for one that is missing, where its nearest parent stands.

        A missing key's parent is named by its own key, because that is what an author looks for.
        """
        marks = self._found()
        if not of_key and pointer in marks.values:
            return Location(self.path, *marks.values[pointer])
        for end in range(len(pointer), 0, -1):
            mark = marks.keys.get(pointer[:end]) or marks.values.get(pointer[:end])
            if mark:
                return Location(self.path, *mark)
        return Location(self.path)

    def _found(self) -> _Marks:
        """Give the places. A document that was read the quick way is read again for them: few are ever asked."""
        if not self._marks:
            builder = _build(self.data, LIMITS)
            self._marks.append(_Marks(builder.values, builder.keys))
        return self._marks[0]


def load(data: bytes, path: str, limits: Limits = LIMITS) -> tuple[Document | None, list[Finding]]:
    """Read one YAML document.

    Args:
        data: The bytes of the file.
        path: Its path in the repository, for positions.
        limits: How large it may be.

    Returns:
        The document and no findings, or None and the finding that ended the reading.
    """
    try:
        if limits is LIMITS and (value := plain.read(front_door.decode(data))):
            return Document(path, value, data), []
        return load_exactly(data, path, limits), []
    except RefusedError as refused:
        location = Location(path, refused.line, refused.column)
        return None, [refused.rule.at(location, refused.message, fix=refused.fix)]


def load_exactly(data: bytes, path: str, limits: Limits = LIMITS) -> Document:
    """Read a document with the reader of record. Raises RefusedError."""
    builder = _build(data, limits)
    if not isinstance(builder.root, dict):
        raise RefusedError(rules.TOP_LEVEL, "The file holds no mapping.")
    return Document(path, builder.root, data, [_Marks(builder.values, builder.keys)])


def _build(data: bytes, limits: Limits) -> "_Builder":
    builder = _Builder(limits)
    builder.read(front_door.decode(data, limits))
    return builder


def find(value: Any, pointer: Pointer) -> tuple[bool, Any]:  # noqa: ANN401 - any YAML value
    """Follow ``pointer`` into ``value``; gives whether something is there, and what."""
    for key in pointer:
        in_mapping = isinstance(value, dict) and key in value
        in_list = isinstance(value, list) and isinstance(key, int) and -1 < key < len(value)
        if not (in_mapping or in_list):
            return False, None
        value = value[key]
    return True, value


class _Builder:
    """Builds values from events with an explicit stack, so depth costs a counter and never the call stack."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.root: Value = None
        self.values: dict[Pointer, Mark] = {}
        self.keys: dict[Pointer, Mark] = {}
        self._stack: list[tuple[dict[str, Value] | list[Value], Pointer, dict[str, str]]] = []
        self._key: str | None = None
        self._nodes = 0
        self._documents = 0

    def read(self, text: str) -> None:
        for event in _events(text):
            try:
                self._take(event)
            except RefusedError as refused:
                refused.line, refused.column = _mark(event)
                raise

    def _take(self, event: Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._count(event)
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._count(event)
                self._open({}, event)
            case yaml.SequenceStartEvent():
                self._count(event)
                self._open([], event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._stack.pop()
            case yaml.AliasEvent():
                raise RefusedError(rules.ANCHORS, f"The alias *{event.anchor} stands for a value written elsewhere.")
            case yaml.DocumentStartEvent():
                self._document(event)

    def _document(self, event: Event) -> None:
        self._documents += 1
        if event.version or event.tags:
            raise RefusedError(rules.TAGS, "The file has a directive.")
        if self._documents > 1:
            raise RefusedError(rules.TAGS, "The file holds a second document.")

    def _count(self, event: Event) -> None:
        self._nodes += 1
        if self._nodes > self.limits.nodes:
            raise RefusedError(rules.SIZE, f"The file has more than {self.limits.nodes:,} keys and values.")
        if event.anchor is not None:
            raise RefusedError(rules.ANCHORS, f"The anchor &{event.anchor} is not allowed.")
        if event.tag is not None:
            raise RefusedError(rules.TAGS, f"The tag {event.tag} is not allowed.")

    def _open(self, container: dict[str, Value] | list[Value], event: Event) -> None:
        if len(self._stack) >= self.limits.depth:
            raise RefusedError(rules.SIZE, f"The file is nested deeper than {self.limits.depth} levels.")
        self._refuse_as_key()
        pointer = self._place(container, event)
        self._stack.append((container, pointer, {}))

    def _refuse_as_key(self) -> None:
        if self._stack and isinstance(self._stack[-1][0], dict) and self._key is None:
            raise RefusedError(rules.KEYS, "A mapping or a list is used as a key.")

    def _scalar(self, event: Event) -> None:
        text: str = event.value
        if len(text) * 4 > self.limits.scalar_bytes and len(text.encode()) > self.limits.scalar_bytes:
            raise RefusedError(rules.SIZE, f"A scalar has more than {self.limits.scalar_bytes:,} bytes.")
        if hidden := front_door.hidden_character(text):
            raise RefusedError(rules.CHARACTERS, f"The text has the hidden character {hidden}.")
        value = scalars.resolve(text, self.limits) if event.implicit[0] else text
        if self._stack and isinstance(self._stack[-1][0], dict) and self._key is None:
            self._take_key(value, text, event)
        else:
            self._place(value, event)

    def _take_key(self, value: Value, text: str, event: Event) -> None:
        if not isinstance(value, str):
            raise RefusedError(rules.KEYS, f"The key {text or 'null'} is not text.")
        if value == "<<":
            raise RefusedError(rules.ANCHORS, "The merge key << is not allowed.")
        if hidden := front_door.hidden_character(value, in_name=True):
            raise RefusedError(rules.CHARACTERS, f"The key has the hidden character {hidden}.")
        _, pointer, seen = self._stack[-1]
        normal = value if value.isascii() else unicodedata.normalize("NFC", value)
        if normal in seen:
            line = self.keys[(*pointer, seen[normal])][0]
            raise RefusedError(rules.DUPLICATE_KEY, f"The key {value!r} stands in line {line} already.")
        seen[normal] = value
        self._key = value
        self.keys[(*pointer, value)] = _mark(event)

    def _place(self, value: Value, event: Event) -> Pointer:
        """Put a value where it belongs and note its mark; gives its pointer."""
        pointer: Pointer = ()
        if not self._stack:
            self.root = value
        else:
            container, parent, _ = self._stack[-1]
            if isinstance(container, dict):
                assert self._key is not None  # noqa: S101 - the event order guarantees it
                pointer = (*parent, self._key)
                container[self._key] = value
                self._key = None
            else:
                pointer = (*parent, len(container))
                container.append(value)
        self.values[pointer] = _mark(event)
        return pointer


def _mark(event: Event) -> Mark:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1


def _events(text: str) -> Iterator[Event]:
    parser = CParser(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text) from None
    except yaml.YAMLError as error:
        raise RefusedError(rules.SYNTAX, f"This is not YAML: {error}.") from None
    finally:
        parser.dispose()


#: What the parser complains of -> what to do about it.
_SYNTAX_ADVICE = {
    "that cannot start any token": "Put text that begins with @, %, ` or another sign in quotes.",
    "mapping values are not allowed": "Put text that holds a colon and a space in quotes; or correct the indentation.",
    "could not find expected ':'": "Add the colon and a space after this key, or put the text in quotes.",
    "found unexpected end of stream": "Close the quote that begins here.",
    "found unexpected document indicator": "Close the quote that begins here.",
    "that violates indentation": "Indent with spaces; YAML takes no tabs.",
    "did not find expected key": "Indent this line like its neighbours, or close the quote or bracket before it.",
    "did not find expected '-' indicator": "Begin the item with '- ', indented like its neighbours.",
    "did not find expected ',' or '": "Close the bracket, or put a comma between the items.",
}


def _syntax_error(error: yaml.MarkedYAMLError, text: str) -> RefusedError:
    """Say where a mistake begins: a quote or key that is never closed is found out only much later."""
    begins_earlier = error.context in ("while scanning a quoted scalar", "while scanning a simple key")
    mark = (error.context_mark if begins_earlier else error.problem_mark) or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = " ".join(part for part in (error.problem, error.context) if part)
    advice = next((advice for sign, advice in _SYNTAX_ADVICE.items() if sign in said), "")
    if any("\t" in each[:column] for each in text.split("\n")[line - 1 : line]):
        advice = _SYNTAX_ADVICE["that violates indentation"]
    return RefusedError(rules.SYNTAX, f"This is not YAML: {said or error}.", line, column, advice)
