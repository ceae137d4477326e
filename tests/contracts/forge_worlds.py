"""Forges for the contract test, each with what others do to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from mlgov.errors import ForgeError
from mlgov.ports import (
    BranchGuard,
    CommitPeople,
    Forge,
    Posture,
    PullRequestFacts,
    Review,
    ReviewState,
)
from tests.fakes.forge import MemoryForge
from tests.fakes.gitea_server import GiteaServer
from tests.fakes.github_server import Fault, GithubServer
from tests.fakes.github_settings import StoredRuleset
from tests.fakes.github_state import Account, StoredCommit, StoredReview

ME = "github-actions[bot]"
HEAD, BASE, MERGE = "a" * 40, "b" * 40, "c" * 40
RULESET = 77


def is_bot(login: str) -> bool:
    return login.endswith("[bot]") or not login


@dataclass
class MemoryWorld:
    """A forge in memory and what others do to it."""

    forge: MemoryForge
    tells_pushers: ClassVar[bool] = True

    def add_issue(self, title: str, label: str, author: str) -> int:
        return self.forge.add(title, "text", [label], author).number

    def add_comment(self, number: int, body: str, author: str) -> None:
        self.forge.add_comment(number, body, author)

    def all_comments(self, number: int) -> list[tuple[str, str]]:
        return list(self.forge.talk.get(number, []))

    def lose_next_reply(self, method: str = "POST") -> None:
        def fault(name: str, moment: str) -> None:
            if moment == "after":
                self.forge.fault = lambda name, moment: None
                raise ForgeError("The reply was lost.", transient=True)

        self.forge.fault = fault

    def reviewers(self, number: int) -> list[str]:
        return self.forge.asked.get(number, [])

    def add_pull(self, author: str = "octocat", head_repository: str = "octo-org/models") -> int:
        number = max([0, *self.forge.stored, *self.forge.facts]) + 1
        url = f"https://github.com/octo-org/models/pull/{number}"
        self.forge.facts[number] = PullRequestFacts(
            number, url, "Submit churn", "open", False, "", author, is_bot(author),
            HEAD, BASE, "submit-churn", "main", head_repository, head_repository != "octo-org/models",
        )  # fmt: skip
        return number

    def merge(self, number: int) -> None:
        pull = self.forge.facts[number]
        self.forge.facts[number] = replace(pull, state="closed", merged=True, merge_commit=MERGE)

    def add_review(self, number: int, login: str, state: str, commit: str, at: str) -> None:
        found = self.forge.submitted.setdefault(number, [])
        when, name = datetime.fromisoformat(at), number * 1000 + len(found)
        found.append(Review(name, login, is_bot(login), ReviewState(state), commit, when))

    def add_commit(self, number: int, sha: str, author: str, committer: str, co_author: str = "") -> None:
        helper = ((co_author, f"{co_author}@example.com"),) if co_author else ()
        emails = ("author@example.com", "committer@example.com")
        self.forge.people.setdefault(number, []).append(CommitPeople(sha, author, committer, *emails, helper))

    def add_push(self, number: int, login: str) -> None:
        self.forge.pushed_by[number] = self.forge.pushed_by.get(number, frozenset()) | {login.lower()}

    def statuses(self) -> list[tuple[str, str, str, str, str]]:
        return [(sha, context, str(state), words, url) for sha, context, state, words, url in self.forge.statuses]

    def set_up(self, guard: BranchGuard, labels: Sequence[str]) -> None:
        self.forge.settings = Posture("main", (guard,), ("merge",), False, "read", False, (), (), tuple(labels))

    def told(self, guard: BranchGuard) -> BranchGuard:
        return guard


@dataclass
class GithubWorld:
    """GitHub's adapter, the server behind it and what others do there."""

    forge: Forge
    server: GithubServer
    tells_pushers: ClassVar[bool] = True

    def add_issue(self, title: str, label: str, author: str) -> int:
        return self.server.state.add(title, "text", [label], account(author)).number

    def add_comment(self, number: int, body: str, author: str) -> None:
        thread = self.server.state.find(number) or self.server.state.find_pull(number)
        assert thread is not None
        thread.comments.append((account(author), body))

    def all_comments(self, number: int) -> list[tuple[str, str]]:
        thread = self.server.state.find(number) or self.server.state.find_pull(number)
        assert thread is not None
        return [(comment[0].login, comment[1]) for comment in thread.comments if comment]

    def lose_next_reply(self, method: str = "POST") -> None:
        self.server.faults.append(Fault("lost", method=method))

    def reviewers(self, number: int) -> list[str]:
        pull = self.server.state.find_pull(number)
        assert pull is not None
        return [*pull.reviewers, *(f"octo-org/{team}" for team in pull.teams)]

    def add_pull(self, author: str = "octocat", head_repository: str = "octo-org/models") -> int:
        pull = self.server.state.add_pull("Submit churn", "text", "submit-churn", "main", account(author))
        pull.head_sha, pull.base_sha, pull.head_repository = HEAD, BASE, head_repository or None
        return pull.number

    def merge(self, number: int) -> None:
        pull = self.server.state.find_pull(number)
        assert pull is not None
        pull.state, pull.merge_sha = "closed", MERGE

    def add_review(self, number: int, login: str, state: str, commit: str, at: str) -> None:
        pull = self.server.state.find_pull(number)
        assert pull is not None
        pull.reviews.append(StoredReview(account(login) if login else None, state.upper(), commit or None, at))

    def add_commit(self, number: int, sha: str, author: str, committer: str, co_author: str = "") -> None:
        pull = self.server.state.find_pull(number)
        assert pull is not None
        message = f"A change\n\nCo-authored-by: {co_author} <{co_author}@example.com>\n" if co_author else "A change"
        people = [account(login) if login else None for login in (author, committer)]
        pull.commits.append(StoredCommit(sha, *people, message=message))

    def add_push(self, number: int, login: str) -> None:
        pull = self.server.state.find_pull(number)
        assert pull is not None
        pull.pushers.append(account(login))

    def statuses(self) -> list[tuple[str, str, str, str, str]]:
        keys = ("sha", "context", "state", "description", "target_url")
        found = [tuple(status[key] or "" for key in keys) for status in self.server.state.statuses]
        return [(sha, context, state, words, url) for sha, context, state, words, url in found]

    def set_up(self, guard: BranchGuard, labels: Sequence[str]) -> None:
        settings = self.server.state.settings
        settings.merge_methods, settings.labels = ("merge",), list(labels)
        settings.rulesets = [StoredRuleset(RULESET, (guard.branch,), _rules(guard))]
        self.forge = self.server.forge("token-of-admin")

    def told(self, guard: BranchGuard) -> BranchGuard:
        """What of a guard the forge can be told to do, and tells."""
        return guard


@dataclass
class GiteaWorld(GithubWorld):
    """Gitea's adapter and the server behind it."""

    tells_pushers: ClassVar[bool] = False

    def lose_next_reply(self, method: str = "POST") -> None:
        self.server.faults.append(Fault("lost", method=method, path="/issues"))  # not the one that makes a label

    def set_up(self, guard: BranchGuard, labels: Sequence[str]) -> None:
        assert isinstance(self.server, GiteaServer)
        self.server.state.settings.merge_methods, self.server.labels = ("merge",), list(labels)
        rule = {
            "rule_name": guard.branch,
            "enable_push": not guard.pull_request_required,
            "required_approvals": guard.approvals,
            "dismiss_stale_approvals": guard.stale_dismissed,
            "enable_status_check": bool(guard.checks),
            "status_check_contexts": [check.context for check in guard.checks],
        }
        self.server.protections = [rule]
        self.forge = self.server.forge("token-of-admin")

    def told(self, guard: BranchGuard) -> BranchGuard:
        checks = tuple(replace(check, source=None) for check in guard.checks)
        changes = {"code_owner_review": False, "last_push_approval": False, "bypass": ("administrators",)}
        return replace(guard, checks=checks, **changes)


World = MemoryWorld | GithubWorld


def account(login: str) -> Account:
    return Account(login, "Bot" if login.endswith("[bot]") else "User")


def _rules(guard: BranchGuard) -> list[dict[str, object]]:
    rules: list[dict[str, object]] = []
    rules += [{"type": "non_fast_forward"}] if guard.force_push_forbidden else []
    rules += [{"type": "deletion"}] if guard.deletion_forbidden else []
    pull = {
        "required_approving_review_count": guard.approvals,
        "dismiss_stale_reviews_on_push": guard.stale_dismissed,
        "require_code_owner_review": guard.code_owner_review,
        "require_last_push_approval": guard.last_push_approval,
        "required_review_thread_resolution": False,
    }
    rules += [{"type": "pull_request", "parameters": pull}] if guard.pull_request_required else []
    sources = [{} if check.source is None else {"integration_id": check.source} for check in guard.checks]
    checks = [{"context": check.context, **source} for check, source in zip(guard.checks, sources, strict=True)]
    parameters = {"required_status_checks": checks, "strict_required_status_checks_policy": False}
    return rules + ([{"type": "required_status_checks", "parameters": parameters}] if checks else [])
