"""The base of every table of ``mlgov.toml``."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of settings: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
