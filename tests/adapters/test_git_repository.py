"""Git's Repository adapter on repositories that are hostile, odd or half there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlgov.adapters.git_repository import GitRepository
from mlgov.errors import GitError
from tests.git_world import GitWorld, clone, new_world

DRAFT, APPROVED = b"status: draft\n", b"status: approved\n"


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A repository with one card."""
    world = new_world(tmp_path / "world")
    world.save("cards/a.yaml", DRAFT)
    return world


def port(world: GitWorld) -> GitRepository:
    return GitRepository(world.root)


def seen(snapshot: object) -> dict[str, bytes]:
    """Path and bytes of each file."""
    return {path: file.data for path, file in snapshot.items()}  # type: ignore[attr-defined]


# The committed bytes, whatever the machine is told to show instead


def test_a_replacement_object_is_not_followed(world: GitWorld) -> None:
    """``git replace`` shows an approved card where a draft was committed."""
    blob = world.git("rev-parse", "HEAD:cards/a.yaml")
    world.git("replace", blob, world.git("hash-object", "-w", "--stdin", stdin=APPROVED))
    assert world.git("cat-file", "blob", blob) == "status: approved"
    assert seen(port(world).snapshot("HEAD", ["cards"])) == {"cards/a.yaml": DRAFT}
    assert port(world).blobs([blob]) == {blob: DRAFT}


def test_a_replaced_commit_is_not_followed(world: GitWorld) -> None:
    """The same trick with a whole commit."""
    first = world.git("rev-parse", "HEAD")
    second = world.save("cards/a.yaml", APPROVED)
    world.git("replace", first, second)
    assert seen(port(world).snapshot(first, ["cards"])) == {"cards/a.yaml": DRAFT}
    assert [commit.id for commit in port(world).history("HEAD", ["cards"])] == [first, second]


def test_a_graft_does_not_hide_history(world: GitWorld) -> None:
    """A local graft file makes git believe that the second commit had no parent."""
    first = world.git("rev-parse", "HEAD")
    second = world.save("cards/a.yaml", APPROVED)
    world.write(".git/info/grafts", f"{second}\n")
    assert world.git("rev-list", "--count", "HEAD") == "1"
    assert [commit.id for commit in port(world).history("HEAD", ["cards"])] == [first, second]


def test_a_filter_does_not_change_a_snapshot(world: GitWorld) -> None:
    """A filter of .gitattributes shows approved in the work tree; the commit says draft."""
    world.git("config", "filter.lie.smudge", "sed s/draft/approved/")
    world.git("config", "filter.lie.clean", "sed s/approved/draft/")
    world.save(".gitattributes", "cards/*.yaml filter=lie\n")
    (world.root / "cards/a.yaml").unlink()
    world.git("checkout", "--", "cards/a.yaml")
    assert seen(port(world).work_tree(["cards"])) == {"cards/a.yaml": APPROVED}
    assert seen(port(world).snapshot("HEAD", ["cards"])) == {"cards/a.yaml": DRAFT}


def test_line_end_settings_do_not_change_a_snapshot(world: GitWorld) -> None:
    """With core.autocrlf the checkout has CRLF; the commit has not."""
    world.git("config", "core.autocrlf", "true")
    (world.root / "cards/a.yaml").unlink()
    world.git("checkout", "--", "cards/a.yaml")
    assert seen(port(world).work_tree(["cards"])) == {"cards/a.yaml": b"status: draft\r\n"}
    assert seen(port(world).snapshot("HEAD", ["cards"])) == {"cards/a.yaml": DRAFT}


def test_settings_that_start_programs_or_bend_the_log_are_overruled(world: GitWorld, tmp_path: Path) -> None:
    """A repository's own settings run nothing and hide nothing."""
    (tmp_path / "trap").write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    (tmp_path / "trap").chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "diff.lie.textconv", "core.pager", "gpg.program"):
        world.git("config", key, str(tmp_path / "trap"))
    for key, value in {
        "log.showRoot": "false",
        "log.showSignature": "true",
        "log.follow": "true",
        "log.diffMerges": "off",
        "diff.renames": "copies",
        "diff.ignoreSubmodules": "all",
        "color.ui": "always",
        "core.abbrev": "7",
        "format.pretty": "oneline",
        "notes.displayRef": "*",
        "core.quotePath": "true",
    }.items():
        world.git("config", key, value)
    world.git("checkout", "--quiet", "-b", "topic", "HEAD")
    world.save("docs/x.md", "x")
    world.git("checkout", "--quiet", "main")
    world.git("merge", "--quiet", "--no-ff", "--no-commit", "topic")
    world.save("cards/evil.yaml", b"slipped in", "merge")
    world.write(".gitattributes", "*.yaml diff=lie\n")
    world.write("cards/new.yaml", b"untracked, so git is asked")
    (tmp_path / "sprung").unlink(missing_ok=True)  # our own git commands above may have sprung it
    (world.root / ".git/hooks/post-index-change").symlink_to(tmp_path / "trap")
    assert list(port(world).work_tree(["cards"])) == ["cards/a.yaml", "cards/evil.yaml", "cards/new.yaml"]
    assert [
        (commit.subject, [change.path for change in commit.changes])
        for commit in port(world).history("HEAD", ["cards"])
    ] == [
        ("change", ["cards/a.yaml"]),
        ("merge", ["cards/evil.yaml"]),
    ]
    assert not (tmp_path / "sprung").exists()


def test_what_a_hook_left_in_the_environment_leads_nowhere_else(
    world: GitWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git tells hooks where their repository is; another repository must not be read through that."""
    other = new_world(tmp_path / "other")
    other.save("cards/other.yaml", b"other")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git/index"))
    monkeypatch.setenv("GIT_ICASE_PATHSPECS", "1")
    assert seen(port(world).snapshot("HEAD", ["cards"])) == {"cards/a.yaml": DRAFT}


def test_a_signature_is_not_judged_on_the_way(world: GitWorld, tmp_path: Path) -> None:
    """That would start a program of the repository's choice for each commit and put its words into the log."""
    (tmp_path / "trap").write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    (tmp_path / "trap").chmod(0o755)
    world.git("config", "log.showSignature", "true")
    world.git("config", "gpg.program", str(tmp_path / "trap"))
    head, _, rest = world.git("cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    text = f"{head}\n{signature}\n\n{rest}\n".encode()
    commit = world.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=text)
    assert [found.id for found in port(world).history(commit, ["cards"])] == [commit]
    assert not (tmp_path / "sprung").exists()


def test_a_star_is_a_name_and_not_a_pattern(world: GitWorld) -> None:
    """Folders are taken by the letter."""
    world.save("c*/a.yaml", b"star")
    assert seen(port(world).snapshot("HEAD", ["c*"])) == {"c*/a.yaml": b"star"}
    assert [len(commit.changes) for commit in port(world).history("HEAD", ["c*"])] == [1]


def test_a_tag_with_the_name_of_the_base_branch_is_not_taken_for_it(world: GitWorld) -> None:
    """Git itself would take the tag, and whoever may push tags could choose what a change is judged against."""
    world.git("update-ref", "refs/remotes/origin/main", "HEAD")
    world.git("tag", "origin/main")
    with pytest.raises(GitError, match="more than one thing") as caught:
        port(world).resolve("origin/main")
    assert "refs/remotes/origin/main" in caught.value.hint
    assert port(world).resolve("refs/remotes/origin/main") == world.git("rev-parse", "HEAD")


# What a tree may hold besides plain files


def test_links_executables_and_submodules_come_with_their_mode(world: GitWorld) -> None:
    """In the work tree as in the commit, and nothing is followed."""
    world.write("secret.txt", b"secret")
    world.link("cards/link.yaml", "../secret.txt")
    world.link("cards/folder", "..")
    world.write("cards/run.yaml", b"x")
    (world.root / "cards/run.yaml").chmod(0o755)
    inner = new_world(world.root / "cards/inner")
    inner.save("cards/hidden.yaml", b"hidden")
    world.commit()
    expected = {
        "cards/a.yaml": ("100644", DRAFT),
        "cards/folder": ("120000", b".."),
        "cards/inner": ("160000", b""),
        "cards/link.yaml": ("120000", b"../secret.txt"),
        "cards/run.yaml": ("100755", b"x"),
    }
    for found in (port(world).work_tree(["cards"]), port(world).snapshot("HEAD", ["cards"])):
        assert {path: (file.mode, file.data) for path, file in found.items()} == expected


def test_a_governed_folder_that_is_a_link_is_an_entry_itself(world: GitWorld) -> None:
    """Its target stays unread."""
    world.write("elsewhere/r.yaml", b"x")
    world.link("roles", "elsewhere")
    world.commit()
    for found in (port(world).work_tree(["roles"]), port(world).snapshot("HEAD", ["roles"])):
        assert {path: (file.mode, file.data) for path, file in found.items()} == {"roles": ("120000", b"elsewhere")}


def test_the_target_of_a_link_is_kept_as_it_is_written(world: GitWorld) -> None:
    """Not tidied up."""
    world.link("cards/link.yaml", ".//a.yaml/")
    world.commit()
    for found in (port(world).work_tree(["cards"]), port(world).snapshot("HEAD", ["cards"])):
        assert found["cards/link.yaml"].data == b".//a.yaml/"


def test_a_pipe_is_not_there(world: GitWorld) -> None:
    """Git cannot store one, and reading it would wait for ever."""
    os.mkfifo(world.root / "cards/pipe.yaml")
    assert list(port(world).work_tree(["cards"])) == ["cards/a.yaml"]


def test_a_submodule_in_the_history_has_no_blob(world: GitWorld) -> None:
    """So that nobody asks for its content."""
    world.git("update-index", "--add", "--cacheinfo", f"160000,{world.git('rev-parse', 'HEAD')},cards/sub")
    world.git("commit", "--quiet", "--message", "submodule")
    change = port(world).history("HEAD", ["cards"])[-1].changes[0]
    assert (change.path, change.mode, change.blob) == ("cards/sub", "160000", None)


def test_names_that_differ_in_case_alone_are_both_there(world: GitWorld) -> None:
    """Even where the file system could not hold both."""
    world.stage("100644", "cards/A.yaml", b"upper")
    world.git("commit", "--quiet", "--message", "case")
    assert seen(port(world).snapshot("HEAD", ["cards"])) == {"cards/A.yaml": b"upper", "cards/a.yaml": DRAFT}


@pytest.mark.parametrize("name", ["ä.yaml", "e\u0301.yaml", "-rf", "a b\tc.yaml", '"q".yaml', "\\n.yaml", ":x", "*"])
def test_odd_names_come_through_unchanged(world: GitWorld, name: str) -> None:
    """In the work tree, the commit and the history."""
    world.save(f"cards/{name}", b"odd")
    assert port(world).work_tree(["cards"])[f"cards/{name}"].data == b"odd"
    assert port(world).snapshot("HEAD", ["cards"])[f"cards/{name}"].data == b"odd"
    assert port(world).history("HEAD", ["cards"])[-1].changes[0].path == f"cards/{name}"


def test_a_name_that_is_no_utf8_comes_through_as_the_system_has_it(world: GitWorld) -> None:
    """With lone surrogates, so that a check can refuse it."""
    path = os.fsdecode(b"cards/\xff.yaml")
    world.save(path, b"odd")
    assert port(world).work_tree(["cards"])[path].data == b"odd"
    assert port(world).snapshot("HEAD", ["cards"])[path].data == b"odd"


def test_a_tree_that_holds_a_name_twice_is_damaged(world: GitWorld) -> None:
    """One of the two would win silently."""
    blob = bytes.fromhex(world.git("rev-parse", "HEAD:cards/a.yaml"))
    cards = b"".join(b"100644 a.yaml\0" + blob for _ in range(2))
    inner = world.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=cards)
    top = world.git("hash-object", "-t", "tree", "-w", "--stdin", stdin=b"40000 cards\0" + bytes.fromhex(inner))
    commit = world.git("commit-tree", top, "-m", "twice")
    with pytest.raises(GitError, match="twice"):
        port(world).snapshot(commit, ["cards"])


def test_a_governance_root_that_a_commit_does_not_have_is_empty_there(world: GitWorld) -> None:
    """The folder came later."""
    world.write("governance/cards/a.yaml", b"later")
    repository = GitRepository(world.root / "governance")
    assert not repository.snapshot("HEAD", ["cards"])
    assert not repository.history("HEAD", ["cards"])


# Ignored files


def test_ignored_files_are_not_in_the_work_tree(world: GitWorld) -> None:
    """By the repository's rules, a folder's, and the clone's own; tracked files stay although a rule fits them."""
    world.write("cards/kept.bak", b"x")
    world.commit()
    world.write(".gitignore", "*.bak\n")
    world.write("cards/.gitignore", "local.yaml\nprivate/\n")
    world.write(".git/info/exclude", ".DS_Store\n")
    for name in ("b.bak", "local.yaml", "private/deep/x.yaml", ".DS_Store", "new.yaml"):
        world.write(f"cards/{name}", b"x")
    expected = ["cards/.gitignore", "cards/a.yaml", "cards/kept.bak", "cards/new.yaml"]
    assert list(port(world).work_tree(["cards"])) == expected


def test_ignored_files_below_the_top_are_found_from_there(world: GitWorld) -> None:
    """Rules of the top count for a governance root below it."""
    world.write(".gitignore", "*.bak\n")
    world.write("governance/cards/a.yaml", b"x")
    world.write("governance/cards/a.bak", b"x")
    assert list(GitRepository(world.root / "governance").work_tree(["cards"])) == ["cards/a.yaml"]


def test_a_clean_checkout_is_read_without_git(world: GitWorld) -> None:
    """Neither GitPython nor git is started, which saves a third of a second; importing the adapter does not either."""
    code = (
        "import sys, pathlib; from mlgov.adapters.git_repository import GitRepository\n"
        f"print(list(GitRepository(pathlib.Path({str(world.root)!r})).work_tree(['cards'])), 'git' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PATH": ""})
    assert done.stdout == "['cards/a.yaml'] False\n"


# Repositories of every sort


def test_a_folder_without_git_has_a_work_tree_and_nothing_else(tmp_path: Path) -> None:
    """And the error says what to do."""
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/a.yaml").write_bytes(b"a")
    repository = GitRepository(tmp_path)
    assert seen(repository.work_tree(["cards"])) == {"cards/a.yaml": b"a"}
    with pytest.raises(GitError, match="not a git repository") as caught:
        repository.resolve("HEAD")
    assert "git init" in caught.value.hint


def test_a_root_may_be_relative_and_may_look_like_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitPython would put the home folder in its place."""
    world = new_world(tmp_path / "$HOME")
    world.save("cards/a.yaml", DRAFT)
    monkeypatch.chdir(tmp_path)
    repository = GitRepository(Path("$HOME"))
    monkeypatch.chdir("/")
    assert (
        seen(repository.snapshot("HEAD", ["cards"])) == seen(repository.work_tree(["cards"])) == {"cards/a.yaml": DRAFT}
    )


def test_a_detached_head_is_read(world: GitWorld) -> None:
    """As CI checks pull requests out."""
    world.git("checkout", "--quiet", "--detach")
    assert seen(port(world).snapshot("HEAD", ["cards"])) == {"cards/a.yaml": DRAFT}


def test_a_linked_work_tree_is_read(world: GitWorld, tmp_path: Path) -> None:
    """It has its own HEAD and its own index."""
    world.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    linked = GitWorld(tmp_path / "linked")
    linked.save("cards/b.yaml", b"b")
    linked.write(".gitignore", "*.bak\n")
    linked.write("cards/c.bak", b"c")
    assert list(port(linked).work_tree(["cards"])) == ["cards/a.yaml", "cards/b.yaml"]
    assert list(port(linked).snapshot("HEAD", ["cards"])) == ["cards/a.yaml", "cards/b.yaml"]
    assert list(port(world).snapshot("HEAD", ["cards"])) == ["cards/a.yaml"]


def test_a_bare_repository_has_refs(world: GitWorld, tmp_path: Path) -> None:
    """A server-side check may read one."""
    bare = clone(world.root, tmp_path / "bare.git", "--bare")
    assert seen(port(bare).snapshot("main", ["cards"])) == {"cards/a.yaml": DRAFT}


def test_a_repository_with_sha256_ids_is_read(tmp_path: Path) -> None:
    """Its index is not understood by our reader, so git is asked."""
    world = new_world(tmp_path / "world", "--object-format=sha256")
    world.write(".gitignore", "*.bak\n")
    commit = world.save("cards/a.yaml", DRAFT)
    world.write("cards/a.bak", b"x")
    assert (len(commit), port(world).resolve("HEAD")) == (64, commit)
    assert seen(port(world).work_tree(["cards"])) == {"cards/a.yaml": DRAFT}
    assert seen(port(world).snapshot("HEAD", ["cards"])) == {"cards/a.yaml": DRAFT}
    blob = port(world).history("HEAD", ["cards"])[0].changes[0].blob or ""
    assert port(world).blobs([blob]) == {blob: DRAFT}


def test_a_shallow_clone_has_snapshots_but_no_history(world: GitWorld, tmp_path: Path) -> None:
    """A cut history would look like a card that was born as it is now."""
    world.save("cards/a.yaml", APPROVED)
    shallow = port(clone(world.root, tmp_path / "shallow", "--depth=1"))
    assert seen(shallow.snapshot("HEAD", ["cards"])) == {"cards/a.yaml": APPROVED}
    with pytest.raises(GitError, match="shallow") as caught:
        shallow.history("HEAD", ["cards"])
    assert "fetch-depth: 0" in caught.value.hint


def test_two_lines_without_a_common_commit_have_no_merge_base(world: GitWorld) -> None:
    """The error says so instead of taking an empty base."""
    world.git("checkout", "--quiet", "--orphan", "other")
    world.commit("root of another line")
    with pytest.raises(GitError, match="no common commit"):
        port(world).merge_base("main", "other")


# Damage and refusals: everything leaves as GitError


def test_a_damaged_object_is_an_error(world: GitWorld) -> None:
    """Never an empty content."""
    blob = world.git("rev-parse", "HEAD:cards/a.yaml")
    path = world.root / ".git/objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(b"damage")
    with pytest.raises(GitError):
        port(world).snapshot("HEAD", ["cards"])


def test_a_missing_object_is_an_error(world: GitWorld) -> None:
    """A blob that the tree names but the repository lacks."""
    blob = world.git("rev-parse", "HEAD:cards/a.yaml")
    (world.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(GitError, match="missing or damaged"):
        port(world).snapshot("HEAD", ["cards"])


def test_more_than_memory_should_hold_is_an_error(world: GitWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many files that are each within the limit."""
    for number in range(3):
        world.write(f"evidence/{number}.bin", bytes(1000 + number))
    world.commit()
    monkeypatch.setattr("mlgov.adapters.git.objects.TOTAL_LIMIT_BYTES", 3002)
    for read in (port(world).work_tree, lambda folders: port(world).snapshot("HEAD", folders)):
        with pytest.raises(GitError, match="MiB together"):
            read(["evidence"])


def test_what_the_system_refuses_is_an_error(world: GitWorld) -> None:
    """Here a name that is longer than names can be; a file that may not be read is the same."""
    with pytest.raises(GitError, match="cannot be read"):
        port(world).work_tree([], ["x" * 300])


def test_nonsense_in_a_commit_does_not_end_the_reading(world: GitWorld) -> None:
    """Dates beyond all calendars, bytes that are no text, and an empty message are claims of the committer."""
    tree = world.git("rev-parse", "HEAD^{tree}")
    who = b"\xff\x1b[31m <x> 99999999999999999 +0000"
    text = b"tree %s\nauthor %s\ncommitter %s\n\n" % (tree.encode(), who, who)
    commit = world.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=text)
    (found,) = port(world).history(commit, ["cards"])
    assert (found.committed_at.year, found.subject, found.email) == (9999, "", "x")


@pytest.mark.parametrize("environment", [{"PATH": ""}, {"GIT_PYTHON_GIT_EXECUTABLE": "/nowhere/git"}])
def test_a_machine_without_git_is_an_error(world: GitWorld, environment: dict[str, str]) -> None:
    """GitPython's own complaint on import does not escape."""
    code = (
        "import pathlib; from mlgov.adapters.git_repository import GitRepository; from mlgov.errors import GitError\n"
        f"try: GitRepository(pathlib.Path({str(world.root)!r})).resolve('HEAD')\n"
        "except GitError as error: print(error.hint)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "Install git 2.31 or newer.\n"


def test_a_root_that_is_not_there_is_an_error(world: GitWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitPython would go on in the current folder, which is another repository."""
    monkeypatch.chdir(world.root)
    with pytest.raises(GitError):
        GitRepository(tmp_path / "missing").resolve("HEAD")


def test_a_folder_without_git(tmp_path: Path) -> None:
    """A plain folder has a work tree and no history."""
    assert not GitRepository(tmp_path).is_under_git()
