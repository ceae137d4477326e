"""Who has which governance role, as the forge writes it."""

import pytest

from mlgov.errors import SettingsError, UsageError
from mlgov.guards.declared import ACTIONS_APP, Declared, declare, handles_by_role
from mlgov.settings import ForgeSettings, LedgerSettings, Settings
from mlgov.settings.approvals import Person, Team


def test_teams_and_people_have_roles() -> None:
    """A person's own roles count beside those of teams."""
    found = handles_by_role({"@octo-org/validators": ["validator"]}, [(["vera"], ["validator", "admin"])])
    assert found == {"admin": ("@vera",), "validator": ("@octo-org/validators", "@vera")}


def test_several_have_a_role_in_order() -> None:
    """Sorted, each once, with every handle of a person but those of programs."""
    persons = [(["@zoe", "vera", "vera-helper[bot]"], ["admin"]), (["vera"], ["admin"])]
    assert handles_by_role({}, persons) == {"admin": ("@vera", "@zoe")}


def test_a_team_without_organisation_gets_the_one_of_the_repository() -> None:
    """GitHub would take it for a person."""
    assert handles_by_role({"@validators": ["validator"]}, [], "octo-org") == {"validator": ("@octo-org/validators",)}
    assert handles_by_role({"@acme/validators": ["validator"]}, [], "octo-org") == {"validator": ("@acme/validators",)}


@pytest.mark.parametrize("handle", ["", "@", "a b", "vera\n* @mallory", "@-x", "vera@example.com", "#x"])
def test_what_is_no_handle_is_refused(handle: str) -> None:
    """It would write another line, or another owner."""
    with pytest.raises(SettingsError, match="no handle"):
        handles_by_role({}, [([handle], ["admin"])])


def test_the_folder_must_be_one_that_can_be_written() -> None:
    """CODEOWNERS knows no quotes."""
    assert Declared(prefix="governance/models/").prefix == "governance/models/"
    for prefix in ("a b/", "x", "[a]/", "/", "#/"):
        with pytest.raises(UsageError, match="CODEOWNERS"):
            Declared(prefix=prefix)


def test_only_active_people_are_owners() -> None:
    """Neither machines nor who has left."""
    people = [
        Person(id="vera", handles=("vera",), roles=("admin",)),
        Person(id="left", handles=("left",), roles=("admin",), active=False),
        Person(id="robot", handles=("robot",), roles=("admin",), bot=True),
    ]
    teams = {"@validators": Team(roles=("validator",), members=("vera",))}
    forge = ForgeSettings(repository="octo-org/models")
    declared = declare(Settings(people=tuple(people), teams=teams, forge=forge))
    assert declared.handles == {"admin": ("@vera",), "validator": ("@octo-org/validators",)}


def test_settings_say_what_is_declared() -> None:
    """The branch of the ledger, and the app of Actions where its id is known."""
    here = declare(Settings(ledger=LedgerSettings(branch="records")), "models/")
    assert (here.ledger_branch, here.check_source, here.prefix) == ("records", ACTIONS_APP, "models/")
    elsewhere = declare(Settings(forge=ForgeSettings(base_url="https://git.example.com/api/v3")))
    assert elsewhere.check_source is None
