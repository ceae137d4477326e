"""The ModelSource port on MLflow's REST API, without MLflow itself.

``MLFLOW_TRACKING_URI`` names the server, as it does for MLflow's own client; ``MLFLOW_TRACKING_TOKEN``, or
``MLFLOW_TRACKING_USERNAME`` and ``MLFLOW_TRACKING_PASSWORD``, let us in. They go to that server alone: no redirect
is followed, and artifacts are asked of no other host.
"""

import base64
import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mlgov.errors import OutsideError, UsageError
from mlgov.ports import Described

TIMEOUT_S = 30.0
MAX_BYTES = 16 * 1024 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "::1")
API = "api/2.0/mlflow"
#: The server hands artifacts on below this address, when it was started to.
ARTIFACTS = "api/2.0/mlflow-artifacts/artifacts"
MODEL_FILE = "MLmodel"
_HINT = "Set MLFLOW_TRACKING_URI to the http(s) address of the tracking server."
_REFERENCE = "Write mlflow:RUN_ID, mlflow:registry/NAME, mlflow:registry/NAME/VERSION or mlflow:registry/NAME@ALIAS."


class MlflowSource:
    """Reads runs and registered models.

    Args:
        environment: Where address and credentials are looked up.
        timeout_s: Seconds to wait for a connection and for each part of an answer.

    Raises:
        UsageError: The address is missing or not one that may be asked.
    """

    def __init__(self, environment: Mapping[str, str], *, timeout_s: float = TIMEOUT_S) -> None:
        self._headers = _credentials(environment)
        self._base, host = _checked(environment.get("MLFLOW_TRACKING_URI", ""), with_secret=bool(self._headers))
        self._timeout_s = timeout_s
        proxies = [urllib.request.ProxyHandler({})] if host in LOOPBACK else []
        self._opener = urllib.request.build_opener(_NoRedirect, *proxies)

    def describe(self, reference: str) -> Described:
        """Read a run (``RUN_ID`` or ``runs/RUN_ID``) or a registered model (``registry/NAME[/VERSION|@ALIAS]``)."""
        if reference.startswith("registry/"):
            return self._registered(reference)
        run = reference.removeprefix("runs/")
        if not re.fullmatch(r"[A-Za-z0-9_\-]{1,256}", run):
            raise UsageError(f"{reference!r} is not the id of a run.", hint=_REFERENCE)
        return self._described(f"mlflow:runs/{run}", run, self._run(run))

    def _described(self, source: str, run: str, facts: dict[str, Any]) -> Described:
        notes = self._add_model_file(facts)
        return Described(f"{source} at {self._base}", run, facts, notes)

    def _registered(self, reference: str) -> Described:
        name, version, alias = _split(reference)
        registered = self._get("registered_model", f"{API}/registered-models/get", name=name)
        if alias:
            found = self._get("model_version", f"{API}/registered-models/alias", name=name, alias=alias)
        else:
            number = version or _latest(registered, name)
            found = self._get("model_version", f"{API}/model-versions/get", name=name, version=number)
        facts: dict[str, Any] = {"registered_model": registered, "model_version": found}
        if run := found.get("run_id"):
            facts |= self._run(str(run))
        number = str(found.get("version", ""))
        facts["artifact_uri"] = self._download_uri(name, number)
        said = f"version {number}, run {run}" if run else f"version {number}"
        return self._described(f"mlflow:{reference}", said, facts)

    def _run(self, run_id: str) -> dict[str, Any]:
        run = self._get("run", f"{API}/runs/get", run_id=run_id)
        experiment = str(_dig(run, "info", "experiment_id") or "")
        facts = {"run": run, "experiment": self._try("experiment", f"{API}/experiments/get", experiment_id=experiment)}
        outputs = _dig(run, "outputs", "model_outputs")
        last = outputs[-1] if isinstance(outputs, list) and outputs else None
        if isinstance(model_id := _dig(last, "model_id"), str):
            facts["logged_model"] = self._try("model", f"{API}/logged-models/{quote(model_id, safe='')}")
        return facts

    def _download_uri(self, name: str, version: str) -> str:
        try:
            found = self._answer(f"{API}/model-versions/get-download-uri", name=name, version=version)
        except UsageError:
            return ""
        return str(found.get("artifact_uri") or "")

    def _add_model_file(self, facts: dict[str, Any]) -> tuple[str, ...]:
        """Read the model's MLmodel file where the server hands artifacts on."""
        folder = _model_folder(facts)
        if not folder:
            return ()
        facts.setdefault("artifact_uri", folder)
        parts = urlsplit(folder)
        if parts.scheme != "mlflow-artifacts" or (parts.netloc and parts.netloc != urlsplit(self._base).netloc):
            return (f"The MLmodel file was not read: its store ({parts.scheme or 'file'}) is not behind the server.",)
        path = "/".join(quote(part, safe="") for part in f"{parts.path}/{MODEL_FILE}".split("/") if part)
        try:
            facts["mlmodel"] = self._read(f"{ARTIFACTS}/{path}").decode("utf-8", "replace")
        except (OutsideError, UsageError) as error:
            return (f"The MLmodel file was not read: {error.message}",)
        return ()

    def _try(self, key: str, path: str, **query: str) -> dict[str, Any] | None:
        """Ask for what older servers do not have."""
        try:
            return self._get(key, path, **query)
        except UsageError:
            return None

    def _get(self, key: str, path: str, **query: str) -> dict[str, Any]:
        """Ask for an object, which the answer holds below ``key``."""
        found = self._answer(path, **query).get(key)
        if not isinstance(found, dict):
            raise OutsideError(f"{self._base} did not answer as MLflow does: there is no {key}.", hint=_HINT)
        return found

    def _answer(self, path: str, **query: str) -> dict[str, Any]:
        data = self._read(f"{path}?{urlencode(query)}" if query else path)
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise OutsideError(f"{self._base} did not answer as MLflow does.", hint=_HINT)
        return value

    def _read(self, path: str) -> bytes:
        headers = {"User-Agent": "mlgov", **self._headers}
        request = urllib.request.Request(f"{self._base}/{path}", headers=headers)  # noqa: S310 - checked at the start
        try:
            with self._opener.open(request, timeout=self._timeout_s) as reply:
                data: bytes = reply.read(MAX_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise _refused(error, self._base) from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise OutsideError(f"{self._base} gave no answer ({_what(error)}).", hint=_HINT) from None
        if len(data) > MAX_BYTES:
            raise OutsideError(f"{self._base} answered with more than {MAX_BYTES // 1024**2} MB.")
        return data


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the answer that it is: credentials must not follow it."""

    def redirect_request(self, *arguments: object) -> None:  # noqa: ARG002 - urllib's signature
        return None


def _checked(uri: str, *, with_secret: bool) -> tuple[str, str]:
    """Give the address of the server without a slash at its end, and its host. No password is repeated in an error."""
    try:
        parts = urlsplit(uri.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UsageError("MLFLOW_TRACKING_URI cannot be read.", hint=_HINT) from None
    if parts.scheme not in ("http", "https") or not host or port == 0 or not uri.isascii() or " " in uri.strip():
        raise UsageError("MLFLOW_TRACKING_URI is not set to an http(s) address.", hint=_HINT)
    if parts.username is not None or parts.password is not None or parts.query:
        hint = "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
        raise UsageError("MLFLOW_TRACKING_URI holds a user, a password or a query.", hint=hint)
    if with_secret and parts.scheme == "http" and host not in LOOPBACK:
        raise UsageError("Credentials for MLflow would be sent unencrypted.", hint="Use an https address.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", host


def _credentials(environment: Mapping[str, str]) -> dict[str, str]:
    if token := environment.get("MLFLOW_TRACKING_TOKEN"):
        return {"Authorization": _one_header(f"Bearer {token}")}
    user, password = environment.get("MLFLOW_TRACKING_USERNAME"), environment.get("MLFLOW_TRACKING_PASSWORD")
    if user and password:
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}
    return {}


def _one_header(text: str) -> str:
    if not text.isprintable() or not text.isascii():
        raise UsageError("MLFLOW_TRACKING_TOKEN is no token.", hint="Check it for line breaks.")
    return text


def _split(reference: str) -> tuple[str, str, str]:
    """Split ``registry/NAME[/VERSION|@ALIAS]`` into name, version and alias; at most one of the last two is set."""
    rest = reference.removeprefix("registry/")
    name, at, alias = rest.rpartition("@")
    if at and name and alias and "/" not in alias:
        return name, "", alias
    name, slash, version = rest.rpartition("/")
    if slash and name and version.isdecimal():
        return name, version, ""
    if not rest or slash or at:
        raise UsageError(f"{reference!r} is no registered model.", hint=_REFERENCE)
    return rest, "", ""


def _latest(registered: Mapping[str, Any], name: str) -> str:
    latest = registered.get("latest_versions")
    versions = [str(_dig(each, "version")) for each in latest] if isinstance(latest, list) else []
    if not any(map(str.isdecimal, versions)):
        raise UsageError(f"The registered model {name!r} has no version.", hint=_REFERENCE)
    return max(filter(str.isdecimal, versions), key=int)


def _model_folder(facts: Mapping[str, Any]) -> str:
    """Say where the model lies: what the registry says, the logged model, or the last artifact that the run logged."""
    found = facts.get("artifact_uri") or _dig(facts, "logged_model", "info", "artifact_uri")
    if isinstance(found, str) and found:
        return found
    tags = _dig(facts, "run", "data", "tags")
    histories = [
        _dig(each, "value")
        for each in (tags if isinstance(tags, list) else [])
        if _dig(each, "key") == "mlflow.log-model.history"
    ]
    try:
        path = json.loads(str(histories[-1]))[-1]["artifact_path"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return ""
    root = _dig(facts, "run", "info", "artifact_uri")
    return f"{root}/{path}" if isinstance(root, str) and isinstance(path, str) else ""


def _dig(value: object, *keys: str) -> Any:  # noqa: ANN401 - any JSON value
    """Give what stands below keys; None where the shape is another."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _refused(error: urllib.error.HTTPError, base: str) -> UsageError | OutsideError:
    if 300 <= error.code < 400:
        hint = "Name the address that it leads to."
        return OutsideError(f"{base} answered {error.code}, a redirect; none is followed.", hint=hint)
    if error.code in (401, 403):
        hint = "Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD."
        return OutsideError(f"{base} does not let us in ({error.code}).", hint=hint)
    try:
        said = json.loads(error.read(100_000))
    except (OSError, ValueError, RecursionError, http.client.HTTPException):
        said = None
    code = said.get("error_code") if isinstance(said, dict) else None
    if error.code == 404 or code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
        message = str(said.get("message", ""))[:300] if isinstance(said, dict) else ""
        return UsageError(f"{base} has no such thing: {message or error.code}", hint=_REFERENCE)
    return OutsideError(f"{base} answered {error.code}.", hint="Try again later." if error.code >= 500 else "")


def _what(error: Exception) -> str:
    """Name a problem in words that hold no part of the request."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "timed out"
    said = getattr(reason, "strerror", None)
    return str(said) if said else type(reason).__name__
