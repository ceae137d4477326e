"""What the schema of a role accepts, and what editors are told about it."""

from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from mlgov.checks.schemas import Described
from mlgov.roles import RoleDocument, built_in
from tests.roles.samples import KEYS, NETWORK, PARAMETERS, envelope

SCHEMA = RoleDocument.model_json_schema(schema_generator=Described)
LEAST = {"persona": "mlops", "parameters": {"roles_to_pass": PARAMETERS["roles_to_pass"]}}


def accepts(**spec: Any) -> bool:
    """Say whether the model takes a spec; the JSON Schema must agree."""
    value = envelope({**LEAST, **spec})
    try:
        RoleDocument.model_validate(value)
    except ValidationError:
        return False
    jsonschema.validate(value, SCHEMA)
    return True


def test_the_least_role_is_short() -> None:
    """A persona and its parameters are enough."""
    assert accepts()


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("description", "d" * 1000, "d" * 1001),
        ("description", "d", ""),
        ("path", "/" + "p" * 510 + "/", "/" + "p" * 511 + "/"),
        ("path", "/a/b/", "/a/b"),
        ("path", "/", "a/"),
        ("max_session_duration", 3600, 3599),
        ("max_session_duration", 43200, 43201),
        ("tags", {f"k{n}": "v" for n in range(50)}, {f"k{n}": "v" for n in range(51)}),
        ("tags", {"k" * 128: "v"}, {"k" * 129: "v"}),
        ("tags", {"k": "v" * 256}, {"k": "v" * 257}),
        ("tags", {"k": ""}, {"": "v"}),
        ("account", "012345678901", "12345678901"),
        ("account", "111122223333", 111122223333),
        ("region", "us-gov-west-1", "Frankfurt"),
        ("partition", "aws-cn", "aws-iso"),
        ("policy_type", "managed", "both"),
        ("network", NETWORK, {"subnets": NETWORK["subnets"]}),
        ("network", NETWORK, {**NETWORK, "security_groups": []}),
        ("keys", KEYS, {"volume_keys": KEYS["volume_keys"]}),
        ("keys", KEYS, {**KEYS, "data_keys": []}),
        ("activities", [{"id": "manage_jobs"}], []),
        ("activities", [{"id": "manage_jobs"}], ["manage_jobs"]),
        ("parameters", {"s3_buckets": ["abc"]}, {"s3_buckets": []}),
        ("trust", {"services": ["glue.amazonaws.com"]}, {"accounts": ["111122223333"]}),
    ],
)
def test_a_field_is_limited(field: str, good: Any, bad: Any) -> None:
    """The last value that fits is taken, the first that does not is refused."""
    assert accepts(**{field: good})
    assert not accepts(**{field: bad})


def test_two_renderings_are_offered() -> None:
    """Least privilege, and that of the public construct."""
    assert accepts(compat="strict")
    assert accepts(compat="cdk")
    assert not accepts(compat="loose")


def test_every_field_tells_editors_what_it_is() -> None:
    """Every property of every part has a description and an example."""
    own = ("ActivityChoice", "Keys", "Network", "Parameters", "RoleSpec", "Trust", "OidcTrust", "GitHubTrust")
    for part in own:
        for name, field in SCHEMA["$defs"][part]["properties"].items():
            assert field["description"].endswith("."), f"{part}.{name}"
            assert field["examples"], f"{part}.{name}"


def test_examples_are_legal() -> None:
    """Every example in the schema is one that the schema accepts."""
    for part in ("ActivityChoice", "Keys", "Network", "Parameters", "RoleSpec", "Trust", "OidcTrust", "GitHubTrust"):
        for name, field in SCHEMA["$defs"][part]["properties"].items():
            for example in field["examples"]:
                jsonschema.validate(example, {"$defs": SCHEMA["$defs"], **field}), name


def test_editors_offer_personas_activities_and_patterns() -> None:
    """Known ids are listed, and the form of names and ARNs is shown."""
    definitions = SCHEMA["$defs"]
    assert definitions["RoleSpec"]["properties"]["persona"]["anyOf"][0]["enum"] == sorted(built_in().personas)
    assert definitions["ActivityChoice"]["properties"]["id"]["anyOf"][0]["enum"] == sorted(built_in().activities)
    assert "arn:" in str(definitions["Keys"]["properties"]["data_keys"]["items"]["pattern"])
