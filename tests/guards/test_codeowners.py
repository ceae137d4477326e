"""The CODEOWNERS block."""

import pytest

from mlgov.errors import UsageError
from mlgov.guards.codeowners import BEGIN, END, OWNED, render_codeowners
from mlgov.guards.declared import Declared

HANDLES = {"owner": ("@o/owners",), "validator": ("@o/validators",), "admin": ("@o/admins",), "security": ("@sam",)}
DECLARED = Declared(handles=HANDLES)


def owned(text: str) -> dict[str, list[str]]:
    """Path -> owners, of every line that is no remark."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {path: owners for path, *owners in lines}


def test_every_governed_path_has_its_owners() -> None:
    """Documents need owners or validators, rules need admins."""
    lines = owned(render_codeowners(DECLARED, ""))
    assert lines["/cards/"] == ["@o/owners", "@o/validators"]
    assert lines["/roles/"] == ["@o/owners", "@o/validators", "@sam"]
    protected = ("/mlgov.toml", "/approvals/", "/.github/", "/schemas/")
    assert [lines[path] for path in protected] == [["@o/admins"]] * 4
    assert len(lines) == len(OWNED) + 1


def test_a_folder_stands_before_its_paths_but_not_before_those_of_the_top() -> None:
    """The governance repository may be a part of another one."""
    lines = owned(render_codeowners(Declared(handles=HANDLES, prefix="models/"), ""))
    assert {"/models/cards/", "/models/mlgov.toml", "/.github/"} <= set(lines)
    assert "/models/.github/" not in lines


def test_a_role_that_nobody_has_takes_no_owner_away() -> None:
    """A path without owners would win over an earlier line; the block says what is missing instead."""
    text = render_codeowners(Declared(handles={"owner": ("@o/owners",)}), "* @everybody\n")
    assert "/mlgov.toml" not in owned(text)
    assert "# /mlgov.toml has no owner: nobody in mlgov.toml is admin." in text


@pytest.mark.parametrize("others", ["* @everybody", "\n# ours\n\n/src/ @dev\n", "a\r\nb\r\n"])
def test_lines_of_others_stay(others: str) -> None:
    """Byte by byte, before the block."""
    text = render_codeowners(DECLARED, others)
    assert text.startswith(f"{others.rstrip()}\n\n{BEGIN}")


def test_writing_twice_writes_the_same() -> None:
    """Whatever stands around the block."""
    once = render_codeowners(DECLARED, "* @everybody\n")
    assert render_codeowners(DECLARED, once) == once
    assert render_codeowners(DECLARED, render_codeowners(DECLARED, "")) == render_codeowners(DECLARED, "")


def test_the_block_moves_to_the_end() -> None:
    """A line behind it would take the protected paths away from the admins."""
    text = render_codeowners(DECLARED, render_codeowners(DECLARED, "* @everybody") + "/mlgov.toml @mallory\n")
    assert text.index("@mallory") < text.index(BEGIN)
    assert text.endswith(f"{END}\n")
    assert owned(text)["/mlgov.toml"] == ["@o/admins"]


def test_an_old_block_is_replaced() -> None:
    """Who lost a role is not in it any more."""
    old = render_codeowners(Declared(handles={**HANDLES, "admin": ("@mallory",)}), "* @everybody\n")
    assert render_codeowners(DECLARED, old) == render_codeowners(DECLARED, "* @everybody\n")


@pytest.mark.parametrize("damaged", [BEGIN, END, f"{END}\n{BEGIN}", f"{BEGIN}\n{END}\n{BEGIN}\n{END}"])
def test_a_damaged_block_is_left_to_people(damaged: str) -> None:
    """What lies between would be lost."""
    with pytest.raises(UsageError, match="damaged"):
        render_codeowners(DECLARED, f"* @everybody\n{damaged}\n")
