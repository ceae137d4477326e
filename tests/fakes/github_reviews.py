"""What a loopback GitHub says of reviews, commits, statuses and single comments."""

from collections.abc import Callable
from re import Match
from typing import Any

from tests.fakes.github_state import MOMENT, Account, GithubState, StoredCommit, StoredPull, StoredReview, node

Answer = tuple[int, Any]
Route = Callable[[GithubState, dict[str, Any], Match[str], Account], Answer]

NOT_FOUND: Answer = (404, None)


def _one_pull(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    pull = state.find_pull(int(match[1]))
    return (200, state.pull_json(pull, whole=True)) if pull else NOT_FOUND


def _reviews(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    pull = state.find_pull(int(match[1]))
    if pull is None:
        return NOT_FOUND
    return 200, [review_json(state, pull, index) for index in range(len(pull.reviews))]


def _commits(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    pull = state.find_pull(int(match[1]))
    return (200, [commit_json(state, commit) for commit in pull.commits[:250]]) if pull else NOT_FOUND


def _pulls_of_commit(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    found = [
        pull for pull in state.pulls if match[1] in {pull.merge_sha, *(c.sha for c in pull.commits), pull.head_sha}
    ]
    return 200, [state.pull_json(pull) for pull in reversed(found)]


def _set_status(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    if len(given.get("description") or "") > 140:
        return 422, {"errors": [{"message": "description is too long (maximum is 140 characters)"}]}
    status = {"context": "default", "target_url": None, "description": None, **given, "sha": match[1]}
    state.statuses.append(status)
    return 201, status_json(state, status, account)


def _activity(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    pulls = [pull for pull in state.pulls if f"refs/heads/{pull.head}" == given.get("ref")]
    pushers = [pusher for pull in pulls for pusher in pull.pushers]
    return 200, [activity_json(state, given["ref"], index, pusher) for index, pusher in enumerate(pushers)]


def _one_comment(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    number, index = divmod(int(match[1]), 1000)
    thread = state.find(number) or state.find_pull(number)
    if thread is None or index >= len(thread.comments) or thread.comments[index] is None:
        return NOT_FOUND
    author, _ = thread.comments[index] or (account, "")
    if "body" not in given:
        thread.comments[index] = None
        return 204, None
    thread.comments[index] = (author, given["body"])
    return 200, state.comment_json(thread, index)


#: Method, path below the repository, answer.
ROUTES: list[tuple[str, str, Route]] = [
    ("GET", r"pulls/(\d+)", _one_pull),
    ("GET", r"pulls/(\d+)/reviews", _reviews),
    ("GET", r"pulls/(\d+)/commits", _commits),
    ("GET", r"commits/([0-9a-f]+)/pulls", _pulls_of_commit),
    ("GET", r"activity", _activity),
    ("POST", r"statuses/([0-9a-f]+)", _set_status),
    ("PATCH", r"issues/comments/(\d+)", _one_comment),
    ("DELETE", r"issues/comments/(\d+)", _one_comment),
]


def review_json(state: GithubState, pull: StoredPull, index: int) -> dict[str, Any]:
    """Show a review as the list of reviews does; one that is being written has no time yet."""
    review: StoredReview = pull.reviews[index]
    number = pull.number * 1000 + index
    page = f"https://github.com/{state.repository}/pull/{pull.number}"
    html = f"{page}#pullrequestreview-{number}"
    api = f"{state.host}/repos/{state.repository}/pulls/{pull.number}"
    return {
        "id": number,
        "node_id": node(f"review {number}"),
        "user": state.user_json(review.account) if review.account else None,
        "body": "",
        "state": review.state,
        "html_url": html,
        "pull_request_url": api,
        "_links": {"html": {"href": html}, "pull_request": {"href": api}},
        "commit_id": review.commit,
        "author_association": "MEMBER",
        **({} if review.state == "PENDING" else {"submitted_at": review.at}),
    }


def commit_json(state: GithubState, commit: StoredCommit) -> dict[str, Any]:
    """Show a commit as the list of a pull request's commits does."""
    url = f"{state.host}/repos/{state.repository}/commits/{commit.sha}"
    tree = f"{state.host}/repos/{state.repository}/git/trees/{'3' * 40}"
    page = f"https://github.com/{state.repository}/commit/{commit.sha}"
    return {
        "url": url,
        "sha": commit.sha,
        "node_id": node(commit.sha),
        "html_url": page,
        "comments_url": f"{url}/comments",
        "commit": {
            "url": url,
            "author": {"name": "Author", "email": commit.author_email, "date": MOMENT},
            "committer": {"name": "Committer", "email": commit.committer_email, "date": MOMENT},
            "message": commit.message,
            "comment_count": 0,
            "tree": {"sha": "3" * 40, "url": tree},
        },
        "author": state.user_json(commit.author) if commit.author else None,
        "committer": state.user_json(commit.committer) if commit.committer else None,
        "parents": [{"sha": "4" * 40, "url": url, "html_url": page}],
    }


def status_json(state: GithubState, status: dict[str, Any], account: Account) -> dict[str, Any]:
    """Show a commit status."""
    return {
        "url": f"{state.host}/repos/{state.repository}/statuses/{status['sha']}",
        "avatar_url": "https://avatars.githubusercontent.com/in/1",
        "id": 7000 + len(state.statuses),
        "node_id": node(status["context"]),
        "state": status["state"],
        "description": status["description"],
        "target_url": status["target_url"],
        "context": status["context"],
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "creator": state.user_json(account),
    }


def activity_json(state: GithubState, ref: str, index: int, pusher: Account | None) -> dict[str, Any]:
    """Show a push."""
    return {
        "id": 9000 + index,
        "node_id": node(f"push {index}"),
        "before": "0" * 40,
        "after": "1" * 40,
        "ref": ref,
        "timestamp": MOMENT,
        "activity_type": "push",
        "actor": state.user_json(pusher) if pusher else None,
    }
