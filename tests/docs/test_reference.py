"""The reference is fresh and complete: it is held against the code, not against what wrote it."""

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import click
import pytest
from pydantic import BaseModel

import mlgov
from mlgov.cli.main import main
from mlgov.names import Kind
from mlgov.settings import Settings
from scripts.reference.__main__ import stale
from tests.docs.pages import TOP, read, words

DOCUMENTS = {
    Kind.MODEL_CARD: "model-card",
    Kind.ROLE: "role",
    Kind.MONITOR_SET: "monitor-set",
    Kind.WAIVER: "waiver",
    Kind.ACCESS_GRANT: "access-grant",
}


def commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """List a command and all below it by what one types."""
    yield context.command_path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, click.Context(found, info_name=name, parent=context))


COMMANDS = dict(commands(main, click.Context(main, info_name="mlgov")))


def settings_keys(table: type[BaseModel], path: str = "") -> Iterator[tuple[str, str]]:
    """List the keys of ``mlgov.toml`` and the line of a docstring that tells of each.

    Names follow each other; lists and free names are not told apart. A table is told by its own docstring.
    """
    for name, field in table.model_fields.items():
        key = f"{path}.{name}".lstrip(".")
        nested = [each for each in _inside(field.annotation) if inspect.isclass(each) and issubclass(each, BaseModel)]
        for each in nested:
            yield from settings_keys(each, key)
        said = re.search(rf"^    {name}: (.+)$", inspect.getdoc(table) or "", re.MULTILINE)
        if table is Settings:
            yield key, (inspect.getdoc(nested[0]) or "").splitlines()[0]
        else:
            assert said, f"{table.__name__} does not tell of {name}"
            yield key, said[1]


def _inside(annotation: object) -> list[object]:
    """List an annotation and what stands in its brackets."""
    return [annotation, *(each for part in get_args(annotation) for each in _inside(part))]


def schema_keys(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """List path and description of every field of a schema, those of variants too."""
    for name, part in schema.get("properties", {}).items():
        yield f"{path}.{name}".lstrip("."), part.get("description", "")
        yield from schema_keys(part, f"{path}.{name}".lstrip("."))
    for variant in schema.get("allOf", []):
        yield from schema_keys(variant["then"], path)
    for part in (
        schema.get("items"),
        schema.get("additionalProperties"),
        *schema.get("patternProperties", {}).values(),
    ):
        if isinstance(part, dict):
            yield from schema_keys(part, path)


def rows_of(page: str) -> dict[str, list[str]]:
    """Give what the tables of a page say, by the path of the key without signs for lists and names."""
    found: dict[str, list[str]] = {}
    for heading, rows in read(page).rows.items():
        path = "" if heading == read(page).title else heading.split(" of type ")[0]
        for cells in rows:
            key = f"{path}.{cells[0]}".replace("[]", "").replace(".NAME", "").lstrip(".")
            found.setdefault(key, []).append(words(cells[1]))
    return found


def test_the_pages_are_fresh() -> None:
    """What stands in docs/reference/ is what the code says today; 'make reference' writes it."""
    assert list(stale(TOP)) == []


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_option_is_told(path: str) -> None:
    """With its help, and with a meaning for each option."""
    page, command = read("docs/reference/commands.md"), COMMANDS[path]
    assert command.help
    assert words(command.help.split("\n\n")[0]) in words(page.sections[path])
    told = {cells[0]: cells[1] for cells in page.rows.get(path, [])}
    for option in (each for each in command.params if isinstance(each, click.Option)):
        (meaning,) = [text for names, text in told.items() if option.opts[0] in names.replace(",", "").split()]
        assert option.help, f"{path} {option.opts[-1]} has no help"
        assert words(option.help) in words(meaning)
        assert all(name in " ".join(told) for name in (*option.opts, *option.secondary_opts))
        if isinstance(option.type, click.Choice):
            assert all(str(choice) in meaning for choice in option.type.choices)


def test_every_key_of_the_settings_is_told() -> None:
    """With the words of its docstring."""
    told = rows_of("docs/reference/settings.md")
    keys = list(settings_keys(Settings))
    assert len(keys) > 50
    for key, said in keys:
        assert any(words(said) in text for text in told[key]), key


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_every_field_of_every_document_is_told(kind: Kind) -> None:
    """With the words that editors show."""
    said = rows_of(f"docs/reference/{DOCUMENTS[kind]}.md")
    schema = json.loads((TOP / f"schemas/{kind.value.lower()}.json").read_text(encoding="utf-8"))
    fields = list(schema_keys(schema))
    assert len(fields) > 20
    for path, description in fields:
        if path.endswith((".metric_data.type", ".principal.type")):
            continue  # told as a section for each type
        assert description, f"{path} has no description"
        assert any(words(description) in text for text in said[path]), path


@pytest.mark.parametrize("name", mlgov.__all__)
def test_every_name_of_the_python_api_is_told(name: str) -> None:
    """With its docstring, and so are its methods, fields and values."""
    page, found = read("docs/reference/python.md"), getattr(mlgov, name)
    first = (inspect.getdoc(found) or "").split("\n\n")[0]
    assert first
    assert words(first) in words(page.sections[name])
    for method, value in vars(found).items() if inspect.isclass(found) else ():
        if not method.startswith("_") and (inspect.isfunction(value) or isinstance(value, classmethod)):
            assert words((inspect.getdoc(getattr(found, method)) or "?").split("\n")[0]) in words(
                page.sections[f"{name}.{method}"]
            )
    told = {cells[0]: cells[1] for cells in page.rows.get(name, [])}
    if inspect.isclass(found) and issubclass(found, BaseModel):
        assert all(told[field] for field in found.model_fields)
