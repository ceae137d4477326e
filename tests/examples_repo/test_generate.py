"""Everything in the repository that the command owns is what the command computes."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from examples import cards, evidence
from examples.generate import TOP, generate
from examples.models import RECIPES, train
from examples.traffic import FOLDER
from mlgov.documents import Change, edit, load
from mlgov.lifecycle import bytes_digest


def files_below(root: Path, folder: str) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in (root / folder).rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("folder", ["cards", "evidence", "baselines"])
def test_the_repository_holds_exactly_what_the_command_computes(anew: Path, folder: str) -> None:
    """Every card, evidence file and baseline is equal to the one made anew, and there is no other."""
    assert files_below(TOP, folder) == files_below(anew, folder)


def test_a_second_run_changes_nothing(anew: Path) -> None:
    """The command is done when it has run once."""
    assert generate(anew) == []


@pytest.mark.slow
def test_an_older_processor_computes_the_same_bytes(anew: Path, tmp_path: Path) -> None:
    """Linear algebra and exponentials without any wide instructions give every file again, bit by bit."""
    older = {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
    for folder in ("cards", "monitors"):
        shutil.copytree(TOP / folder, tmp_path / folder)
    command = [sys.executable, "-m", "examples.generate", "--root", str(tmp_path)]
    subprocess.run(command, cwd=TOP, env=os.environ | older, check=True, capture_output=True)
    for folder in ("cards", "evidence", "baselines", FOLDER):
        assert files_below(tmp_path, folder) == files_below(anew, folder)


def test_git_ignores_the_traffic() -> None:
    """What the command writes besides tracked files is ignored, so a fresh clone stays clean."""
    assert f"/{FOLDER}/" in (TOP / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("name", RECIPES)
def test_numbers_do_not_depend_on_the_card(anew: Path, name: str) -> None:
    """A missing card is made as draft, with every number that the card in the repository has."""
    collected = evidence.collect(train(RECIPES[name]))
    digest = bytes_digest(evidence.render(collected))
    made, written = (
        load(data, name)[0]
        for data in (cards.update(None, RECIPES[name], collected, digest), (anew / f"cards/{name}.yaml").read_bytes())
    )
    assert made is not None
    assert written is not None
    assert made.value["lifecycle"] == {"status": "draft"}
    assert numbers(made.value) == numbers(written.value)


def numbers(card: dict) -> tuple:
    job, held_out = card["spec"]["training_details"]["training_job_details"], card["spec"]["evaluation_details"][0]
    return job, {key: value for key, value in held_out.items() if key != "evaluation_observation"}


def test_people_keep_their_words_and_comments(anew: Path) -> None:
    """A wrong number is put right; title, status and comments of the card stay."""
    name = "iris-species"
    collected = evidence.collect(train(RECIPES[name]))
    digest = bytes_digest(evidence.render(collected))
    right = (anew / f"cards/{name}.yaml").read_bytes()
    accuracy = ("spec", "evaluation_details", 0, "metric_groups", 0, "metric_data", 0, "value")
    edited = edit(right, [Change(("metadata", "title"), "Irises"), Change(("lifecycle", "status"), "pending_review")])
    edited = edited.replace(b"  status:", b"  # ours\n  status:")
    assert cards.update(edit(edited, [Change(accuracy, 0.5)]), RECIPES[name], collected, digest) == edited


def test_an_evaluation_of_somebody_else_stays(anew: Path) -> None:
    """Our evaluation is put behind one that people added, not in its place."""
    name = "iris-species"
    collected = evidence.collect(train(RECIPES[name]))
    theirs = {"name": "Field test", "evaluation_observation": "Done by hand."}
    card = edit((anew / f"cards/{name}.yaml").read_bytes(), [Change(("spec", "evaluation_details"), [theirs])])
    document, _ = load(cards.update(card, RECIPES[name], collected, "sha256:" + "0" * 64), name)
    assert document is not None
    assert [found["name"] for found in document.value["spec"]["evaluation_details"]] == ["Field test", "Held-out rows"]


def test_evidence_names_no_library_version(anew: Path) -> None:
    """A new version of a library changes no bytes when it changes no numbers."""
    for path, data in files_below(anew, "evidence").items():
        assert not re.search(rb"\b\d+\.\d+\.\d+\b", data), path
