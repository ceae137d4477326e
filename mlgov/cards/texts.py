"""Texts of a card with SageMaker's limits, counted in characters."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

Text1024 = Annotated[str, StringConstraints(max_length=1024)]
Text2048 = Annotated[str, StringConstraints(max_length=2048)]
Text2096 = Annotated[str, StringConstraints(max_length=2096)]
Text63 = Annotated[str, StringConstraints(min_length=1, max_length=63)]
Text255 = Annotated[str, StringConstraints(min_length=1, max_length=255)]
CustomKey = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"[a-zA-Z_][a-zA-Z0-9_]*")]
Uris = Annotated[list[Text1024], Field(max_length=15)]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]


def _inside(path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"'{path}' is not a path inside the repository")
    return path


RepositoryPath = Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(_inside)]
