"""The page of ``mlgov.toml``: every key, from the models that read it."""

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from mlgov.checks.schemas import inlined
from mlgov.names import SETTINGS_FILE
from mlgov.settings import Settings
from scripts.reference.docstrings import read
from scripts.reference.fields import sections, written
from scripts.reference.markdown import anchor, code, plain, table
from scripts.reference.markdown import page as put_together

INTRO = (
    f"Every key of `{SETTINGS_FILE}`, which stands at the top of a governance repository. Everything may be left out. "
    "Unknown keys are refused. A pull request is judged by the settings of the branch that it goes into. "
    "`[]` is an item of a list, which TOML writes as `[[approvals.rules]]` or in brackets; `NAME` is a name of yours."
)


class _FromDocstrings(GenerateJsonSchema):
    """pydantic's own, with what the docstrings of the tables say of their keys."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        written_schema = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        said = read(model)
        written_schema["description"] = " ".join(said.paragraphs)
        for name, text in said.entries.get("Attributes", {}).items():
            written_schema["properties"][name]["description"] = text
        return written_schema


def page() -> str:
    """Write the page."""
    top, *below = sections(inlined(Settings, _FromDocstrings))
    heads = {path.split(".")[0].split("[")[0]: (path, schema) for path, schema in reversed(below)}
    rows = []
    for key in top[1]["properties"]:
        path, schema = heads[key]
        rows.append([f"[{code(key)}](#{anchor(path)})", plain(schema["description"])])
    return put_together(
        f"Settings: {SETTINGS_FILE}", "mlgov/settings", INTRO, table(["table", "says"], rows), *map(written, below)
    )
