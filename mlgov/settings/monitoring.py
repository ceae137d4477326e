"""Tables about monitors: what is expected of them, and what an alert sets off."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from mlgov.names import NAME_PATTERN, MonitoringType, RiskRating
from mlgov.settings.table import ADDRESS, Table

ScorerName = Annotated[str, StringConstraints(pattern=rf"^{NAME_PATTERN}$")]

#: Engine -> what its address looks like.
_ENGINE_ADDRESSES = {
    "arrow": re.compile(""),
    "spark": re.compile(r"spark://\S+|k8s://\S+|yarn|local(\[[0-9*]+\])?"),
    "dask": re.compile(r"(tcp|tls)://\S+"),
}


class MonitorSettings(Table):
    """What monitoring is expected.

    Attributes:
        required: Risk rating -> monitoring types that an approved model needs.
        grace_periods: Schedule periods without an execution after which a monitor is stale.
        scorers: Name -> address of a model that monitors may ask, https, or http on this machine. Features of some
            rows of the data are sent there. It counts once it is on the main branch.
        catch_up_windows: Windows, counted back from now, that `mlgov monitor run --due` catches up after missed runs.
        lateness_hours: Hours after its end in which `run --due` looks at a window again for rows that came late; at
            least until the next window ends. Capture files of folders of later hours than that are not opened.
        engine: Who reads the data of a run: this process (arrow), or a cluster of Spark or Dask.
        engine_address: Where that cluster is: spark://HOST:PORT, yarn or k8s://… for Spark, tcp:// or tls:// for Dask.
    """

    required: dict[RiskRating, tuple[MonitoringType, ...]] = Field(default={})
    grace_periods: float = Field(default=2.0, gt=0)
    scorers: dict[ScorerName, str] = Field(default={}, max_length=100)

    @field_validator("scorers")
    @classmethod
    def _are_addresses(cls, scorers: dict[str, str]) -> dict[str, str]:
        for name, address in scorers.items():
            if not ADDRESS.fullmatch(address):
                raise PydanticCustomError(
                    "address",
                    "the address of {name} must be whole and https, for instance https://models.example/invocations",
                    {"name": name},
                )
        return scorers

    catch_up_windows: int = Field(default=48, ge=1, le=1000)
    lateness_hours: float = Field(default=3.0, ge=0, le=8784)
    engine: Literal["arrow", "spark", "dask"] = "arrow"
    engine_address: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        known = _ENGINE_ADDRESSES[self.engine]
        if known.fullmatch(self.engine_address):
            return self
        wanted = {
            "arrow": "engine arrow is this process and has no engine_address",
            "spark": "engine spark needs an engine_address: spark://HOST:PORT, k8s://…, yarn or local[N]",
            "dask": "engine dask needs an engine_address: tcp://HOST:PORT or tls://HOST:PORT",
        }
        raise PydanticCustomError("engine", wanted[self.engine])


class HookSettings(Table):
    """What a monitor that enters alert sets off, once per alert, with `mlgov monitor run --hooks`. Nothing by default.

    Attributes:
        events: Where an event is sent: jsonl:FILE, webhook:URL or eventbridge:BUS.
        review_card: Whether a pull request sends the approved card of the model back to pending_review.
        command: Program and arguments of a command that is run, without a shell.
        command_limit_s: Seconds after which the command is ended.
    """

    events: tuple[Annotated[str, StringConstraints(pattern=r"^(jsonl|webhook|eventbridge):\S+$")], ...] = Field(
        default=(), max_length=5
    )
    review_card: bool = False
    command: tuple[Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")], ...] = Field(default=(), max_length=100)
    command_limit_s: int = Field(default=600, ge=1, le=7200)
